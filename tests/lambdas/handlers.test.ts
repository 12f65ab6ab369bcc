import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { closingRollback } from '../../lambdas/close-rollback/handler.ts';
import { confirmingRecovery } from '../../lambdas/confirm-recovery/handler.ts';
import { flippingFlag } from '../../lambdas/flip-flag/handler.ts';
import { lookingAtHosts } from '../../lambdas/look-at-hosts/handler.ts';
import { openingRollback } from '../../lambdas/open-rollback/handler.ts';
import { planningTheRollback } from '../../lambdas/plan-the-rollback/handler.ts';
import { recordingDeployment } from '../../lambdas/record-deployment/handler.ts';
import { releasingTheFleet } from '../../lambdas/release-the-fleet/handler.ts';
import { runningOnHosts } from '../../lambdas/run-on-hosts/handler.ts';
import { sendingMessage } from '../../lambdas/send-message/handler.ts';
import { takingTheFleet } from '../../lambdas/take-the-fleet/handler.ts';
import { required } from '../../lambdas/wiring/settings.ts';
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
  watch: async () => ({ red: [], metric: null }),
  probes: { in_a_row: 1, every_seconds: 10, give_up_seconds: 60 },
};
const planning = {
  confirm: { in_a_row: 3, every: 20 },
  limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
  lastTime: async () => null,
};
const handlers = (): Record<string, (event: never, context: Context) => Promise<unknown>> => {
  const deps = {
    ...opened.deps,
    ...looking,
    statusOf: async () => 'FAILED',
    environment: 'test',
    stopCommands: nothing,
    alarms: { notOk: async () => [] },
    deployments: { record: async () => ({ version: 'v1', at: '' }), newest: nothing },
    phases: [1],
    flags: { override: async () => ({ version: 1, changed: true, before: {} }) },
    publish: async () => 'message-1',
    tag: { key: 'a', value: 'b' },
  };
  const fleet = { hosts: async () => [], document: async () => ({ version: '1', hash: 'a', content: {} }) };
  return {
    'open-rollback': openingRollback({ ...deps, fleet }),
    'take-the-fleet': takingTheFleet(deps),
    'run-on-hosts': runningOnHosts(deps),
    'flip-flag': flippingFlag(deps),
    'confirm-recovery': confirmingRecovery(deps),
    'plan-the-rollback': planningTheRollback({ ...deps, ...planning }),
    'look-at-hosts': lookingAtHosts({ ...deps, fleet }),
    'close-rollback': closingRollback(deps),
    'send-message': sendingMessage(deps),
    'release-the-fleet': releasingTheFleet(deps),
    'record-deployment': recordingDeployment(deps),
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
  'close-rollback',
  'send-message',
  'release-the-fleet',
  'record-deployment',
])('%s', (name) => {
  test.each([
    ['nothing', null],
    ['a text', 'x'],
    ['something else', { phase: 'one' }],
  ])('refuses %s as a mistake of the state machine, and changes nothing', async (_, event) => {
    const before = opened.tables.requests.length;
    await expect(handlers()[name]?.(event as never, context)).rejects.toThrow(
      /^The state machine sent what this function cannot read: /,
    );
    expect(opened.tables.requests).toHaveLength(before);
  });
});

test('a step stops waiting by the time its own function has left', async () => {
  opened.hosts.answering(() => ({ after: 1000 }));
  const event = { rollback, fence: opened.fence, step: command };
  const left = withSeconds(() => 40 - (opened.hosts.now() - Date.parse('2026-03-02T09:00:00.000Z')) / 1000);
  await expect(runningOnHosts(opened.deps)(event, left)).rejects.toMatchObject({ name: 'StillRunning' });
});

test('a check is run as its command', async () => {
  const event = { rollback, fence: opened.fence, steps: [], target_version: 'v1', version: command, health: null };
  expect(await confirmingRecovery({ ...opened.deps, ...looking })(event, context)).toMatchObject({ verdict: 'PASS' });
  expect(opened.hosts.sent).toMatchObject([{ DocumentName: 'rollback-test-clear', InstanceIds: ['i-001', 'i-002'] }]);
});

test('an error keeps its name on its way through the middleware', async () => {
  const deps = { ...opened.deps, statusOf: async () => 'RUNNING' };
  const event = { fleet: 'trading', input: { operator: 'ana', reason: 'x' } };
  await expect(releasingTheFleet(deps)(event, context)).rejects.toMatchObject({ name: 'ReleaseRefused' });
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
  expect(await closingRollback(opened.deps)(event, context)).toMatchObject({ ending: 'Needs a person' });
});

test('a setting that is missing is named', () => {
  expect(() => required('NOBODY_SETS_THIS')).toThrow(
    'NOBODY_SETS_THIS is not set. The stack sets it on this function; was it deployed by hand?',
  );
});
