import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { annotateTheRollbackHandler } from '../../lambdas/annotate-the-rollback/handler.ts';
import { checkReadinessHandler } from '../../lambdas/check-readiness/handler.ts';
import { closeRollbackHandler } from '../../lambdas/close-rollback/handler.ts';
import { confirmContactsHandler } from '../../lambdas/confirm-contacts/handler.ts';
import { confirmRecoveryHandler } from '../../lambdas/confirm-recovery/handler.ts';
import { flipFlagHandler } from '../../lambdas/flip-flag/handler.ts';
import { lookAtHostsHandler } from '../../lambdas/look-at-hosts/handler.ts';
import { openRollbackHandler } from '../../lambdas/open-rollback/handler.ts';
import { planTheRollbackHandler } from '../../lambdas/plan-the-rollback/handler.ts';
import { prepareTheHostsHandler } from '../../lambdas/prepare-the-hosts/handler.ts';
import { recordDeploymentHandler } from '../../lambdas/record-deployment/handler.ts';
import { releaseTheFleetHandler } from '../../lambdas/release-the-fleet/handler.ts';
import { reviewTheRollbackHandler } from '../../lambdas/review-the-rollback/handler.ts';
import { runOnHostsHandler } from '../../lambdas/run-on-hosts/handler.ts';
import { sendMessageHandler } from '../../lambdas/send-message/handler.ts';
import { setTheBrakesHandler } from '../../lambdas/set-the-brakes/handler.ts';
import { setTheFlagHandler } from '../../lambdas/set-the-flag/handler.ts';
import { brakesIn } from '../../lambdas/stores/brakes.ts';
import { takeTheFleetHandler } from '../../lambdas/take-the-fleet/handler.ts';
import { clearCache as command, openedRollback, rollback } from './opened-rollback.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;
beforeEach(async () => {
  opened = await openedRollback(2);
});

const withSeconds = (left: () => number) => ({ getRemainingTimeInMillis: () => left() * 1000 }) as unknown as Context;
const context = withSeconds(() => 300);
const nothing = async () => undefined;
const looking = {
  openRollbacks: async () => ({ others: [], acted: [] }),
  recoveryMetrics: async () => ({ red: [], metric: null }),
  probes: { in_a_row: 1, every_seconds: 10, give_up_seconds: 60 },
};
const planning = {
  confirm: { in_a_row: 3, every: 20 },
  limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
  previousRollback: async () => null,
};
const handlers = (): Record<string, (event: never, context: Context) => Promise<unknown>> => {
  const deps = {
    ...opened.deps,
    ...looking,
    statusOf: async () => 'FAILED',
    environment: 'test',
    stopCommands: nothing,
    alarms: { notOk: async () => [] },
    deployments: {
      record: async () => ({ version: 'v1', at: '' }),
      newest: nothing,
      recent: async () => [],
      between: async () => [],
    },
    preparations: { read: nothing, put: nothing, of: async () => [] },
    phases: [1],
    byPeople: { events: async () => [] },
    drills: { keep: nothing, open: nothing, close: nothing },
    countDespiteFreeze: nothing,
    flags: { override: async () => ({ version: 1, changed: true, before: {} }) },
    publish: async () => 'message-1',
    tag: { key: 'a', value: 'b' },
  };
  const managedInstances = { hosts: async () => [], document: async () => ({ version: '1', hash: 'a', content: {} }) };
  return {
    'open-rollback': openRollbackHandler({ ...deps, managedInstances, running: nothing }),
    'take-the-fleet': takeTheFleetHandler(deps),
    'run-on-hosts': runOnHostsHandler(deps),
    'flip-flag': flipFlagHandler(deps),
    'confirm-recovery': confirmRecoveryHandler(deps),
    'plan-the-rollback': planTheRollbackHandler({ ...deps, ...planning }),
    'look-at-hosts': lookAtHostsHandler({ ...deps, managedInstances } as never),
    'prepare-the-hosts': prepareTheHostsHandler({ ...deps, managedInstances }),
    'check-readiness': checkReadinessHandler({ ...deps, managedInstances } as never),
    'confirm-contacts': confirmContactsHandler({ ...deps } as never),
    'close-rollback': closeRollbackHandler(deps),
    'send-message': sendMessageHandler(deps),
    'release-the-fleet': releaseTheFleetHandler(deps),
    'record-deployment': recordDeploymentHandler({ ...deps, canary: [], brakes: brakesIn(opened.tables.db, 'state') }),
    'annotate-the-rollback': annotateTheRollbackHandler(deps),
    'review-the-rollback': reviewTheRollbackHandler(deps),
    'set-the-brakes': setTheBrakesHandler({ ...deps } as never),
    'set-the-flag': setTheFlagHandler({ ...deps } as never),
  };
};

describe.each([
  'open-rollback',
  'take-the-fleet',
  'run-on-hosts',
  'flip-flag',
  'confirm-recovery',
  'plan-the-rollback',
  'look-at-hosts',
  'prepare-the-hosts',
  'check-readiness',
  'confirm-contacts',
  'close-rollback',
  'send-message',
  'release-the-fleet',
  'record-deployment',
  'annotate-the-rollback',
  'review-the-rollback',
  'set-the-brakes',
  'set-the-flag',
])('%s', (name) => {
  test.each([
    ['nothing', null],
    ['a text', 'x'],
    ['something else', { phase: 'one' }],
  ])('refuses %s as an invalid event, and changes nothing', async (_, event) => {
    const before = opened.tables.requests.length;
    await expect(handlers()[name]?.(event as never, context)).rejects.toThrow(
      /^The state machine sent an invalid event: /,
    );
    expect(opened.tables.requests).toHaveLength(before);
  });
});

test('a step stops waiting before its own function times out', async () => {
  opened.hosts.reactWith(() => ({ after: 1000 }));
  const event = { rollback, fence: opened.fence, step: command };
  const left = withSeconds(() => 40 - (opened.hosts.now() - Date.parse('2026-03-02T09:00:00.000Z')) / 1000);
  await expect(runOnHostsHandler(opened.deps)(event, left)).rejects.toMatchObject({ name: 'StillRunning' });
});

test('a check is run as its command', async () => {
  const event = {
    rollback,
    fence: opened.fence,
    steps: [],
    target_version: 'v1',
    version: command,
    health: null,
    own_checks: [],
  };
  expect(await confirmRecoveryHandler({ ...opened.deps, ...looking })(event, context)).toMatchObject({
    verdict: 'PASS',
  });
  expect(opened.hosts.sent).toMatchObject([{ DocumentName: 'rollback-test-clear', InstanceIds: ['i-001', 'i-002'] }]);
});

test('an error keeps its name on its way through the middleware', async () => {
  const deps = { ...opened.deps, statusOf: async () => 'RUNNING' };
  const event = { fleet: 'trading', input: { operator: 'ana', reason: 'x' }, execution: { id: 'arn:x-1' } };
  await expect(releaseTheFleetHandler(deps)(event, context)).rejects.toMatchObject({ name: 'ReleaseRefused' });
});

test('an opening that failed half way can be closed: its rollback has no deadline yet', async () => {
  const { id, execution_arn, phase, fleet } = rollback;
  const event = {
    rollback: { id, execution_arn, phase, fleet },
    fence: 0,
    ending: 'Needs a person' as const,
    problem: 'x',
    unsent: null,
  };
  expect(await closeRollbackHandler(opened.deps)(event, context)).toMatchObject({ ending: 'Needs a person' });
});
