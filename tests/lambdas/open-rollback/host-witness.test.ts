import { beforeEach, describe, expect, test } from 'vitest';
import type { AlarmMetric } from '../../../domain/alarm/alarm-metrics.ts';
import { fewToActOn, worstAlarm } from '../../../domain/decision/worst-alarm.ts';
import { recordOf } from '../../../domain/history/record.ts';
import type { FewIll } from '../../../domain/witness/host-witness.ts';
import { leftSeconds } from '../../../lambdas/open-rollback/ask-the-hosts.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { releaseAlarms } from '../../../lambdas/operations/give-alarms-back.ts';
import { alarm, anOpening, arn, event, host, opening } from '../an-opening.ts';

const metric: AlarmMetric = {
  ...{ namespace: 'Rollback/Trading', metric: 'DataIntegrityErrors', statistic: 'Maximum', period_seconds: 10 },
  ...{ counter: true, measures: 'value', threshold: 1, worse: 'above', at_threshold: true },
};
const { detail, ...of } = event();
const reasonData = JSON.stringify({
  ...{ startDate: '2026-03-02T08:59:40.000+0000', period: 10, recentDatapoints: [5], threshold: 1 },
});
const breached = { ...of, detail: { ...detail, state: { ...detail.state, reasonData } } };

let one: Awaited<ReturnType<typeof anOpening>>;
/** Opens with an alarm on a fleet of eight, of which these hosts are ill by their own metric. */
async function openWith(few_ill: FewIll, ill: readonly number[], known = 8, input = breached) {
  one.found = Array.from({ length: 8 }, (_, i) => host(i + 1));
  const values = one.found
    .slice(0, known)
    .map(({ instance_id }, i) => [instance_id, [ill.includes(i + 1) ? 5 : 0]] as const);
  const { settings } = one.stores;
  Object.assign(one.stores, {
    settings: { ...settings, brakes: { ...settings.brakes, few_ill } },
    metricOf: () => metric,
    hostValues: async () => new Map(values),
  });
  return one.open({ input });
}
beforeEach(async () => {
  one = await anOpening();
  await one.stores.deployments.record(1, { version: 'v2', at: '2026-03-02T08:50:00.000Z' } as never);
});

describe('one host of eight is ill', () => {
  test('the question names it and takes the answer ill-hosts', async () => {
    const { decision, question } = await openWith('ask', [3]);
    expect(decision).toBe('ask');
    expect(question).toMatchObject({ kind: 'permit', ill: [{ instance_id: 'i-3', name: 'host-3' }] });
    expect(question?.why[0]).toContain('Only 1 of 8 hosts is ill');
  });

  test.each([
    ['many', [1, 2, 3, 4], 'Joined the active rollback', 'rollback'],
    ['still one', [3], 'Already handled', undefined],
  ])('a second look while it asks, %s: %s %s', async (_, ill, decision, means) => {
    const { question } = await openWith('ask', [3]);
    const values = one.found.map(({ instance_id }, i) => [instance_id, [ill.includes(i + 1) ? 5 : 0]] as const);
    Object.assign(one.stores, { hostValues: async () => new Map(values) });
    const again = await one.open({
      execution: { ...opening.execution, id: arn.replace('r-1', 'r-2'), name: 'r-2' },
      input: breached,
    });
    expect(again.decision).toBe(decision);
    const asked = await one.stores.questions.read({ rollback: 'r-1', number: question?.number ?? 0 });
    expect(JSON.stringify(asked).includes('"means":"rollback"')).toBe(means !== undefined);
  });

  test('under act, a look that finds its peers well has the rollback act on it alone, and joins once', async () => {
    const lookAgain = (name: string) =>
      one.open({ execution: { ...opening.execution, id: arn.replace('r-1', name), name }, input: breached });
    one.compared_at = '2026-03-02T08:49:00.000Z';
    const { decision, question } = await openWith('act', [3]);
    expect(decision).toBe('ask');
    expect(question?.why.join(' ')).toContain('since the newest deployment, at 2026-03-02T08:50:00.000Z');
    expect((await lookAgain('r-2')).decision).toBe('Already handled');
    one.compared_at = '2026-03-02T08:59:00.000Z';
    expect((await lookAgain('r-3')).decision).toBe('Joined the active rollback');
    const asked = await one.stores.questions.read({ rollback: 'r-1', number: question?.number ?? 0 });
    expect(JSON.stringify(asked)).toContain('"means":"rollback"');
    const record = recordOf(await one.events());
    expect(fewToActOn(record, 'act')).toEqual([{ instance_id: 'i-3', name: 'host-3' }]);
    expect(worstAlarm(record).doubts).toBeUndefined();
    expect((await lookAgain('r-4')).decision).toBe('Already handled');
  });

  test('the rollback acts on it alone if the environment says so, and answers no other alarm of the phase', async () => {
    expect((await openWith('act', [3])).decision).toBe('act');
    expect(recordOf(await one.events())).toMatchObject({ hosts: 1, only_hosts: ['host-3'] });
    expect(await one.stores.scopes.read('r-1')).toMatchObject({ hosts: [{ name: 'host-3' }], left_alone: 7 });
    const { whole, onHosts } = await one.stores.claims.openOn(1);
    expect(whole).toBeUndefined();
    expect(onHosts).toMatchObject([{ rollback: 'r-1', only_hosts: ['host-3'] }]);
  });

  test('an opening that is repeated does the same, and leaves the phase to others', async () => {
    const first = await openWith('act', [3]);
    expect(await one.open({ input: breached })).toEqual(first);
    expect((await one.stores.claims.openOn(1)).whole).toBeUndefined();
  });

  test('at its end the alarm is given back, so that Reconcile starts a rollback if it is still red', async () => {
    await openWith('act', [3]);
    const changedAt = '2026-03-02T08:59:59.000Z';
    expect(await one.stores.claims.alarmClaim(alarm, changedAt)).toMatchObject({ rollback: 'r-1' });
    await releaseAlarms(one.stores, { id: 'r-1' });
    expect(await one.stores.claims.alarmClaim(alarm, changedAt)).toBeUndefined();
  });

  test.each([
    ['Needs a person', false, true],
    ['Needs a person', true, false],
    ['Rolled back, unverified', true, false],
  ] as const)('if it ends as %s (has begun: %s), it keeps its alarm: %s', async (ending, hasBegun, keeps) => {
    const { rollback, fence } = await openWith('act', [3]);
    const started = { id: 'step-started/a/1', type: 'Step started', at: '2026-03-02T09:00:03.000Z' } as const;
    if (hasBegun) await one.stores.history.append('r-1', { ...started, detail: { step: 'a', attempt: 1, hosts: 1 } });
    const around = { ...one.stores, now: () => Date.parse('2026-03-02T09:01:00.000Z'), environment: 'test' };
    await closeRollback({ ...around, reviewWithin: 3600 } as never, { rollback, fence, ending, problem: null });
    const claim = await one.stores.claims.alarmClaim(alarm, '2026-03-02T08:59:59.000Z');
    expect(claim !== undefined).toBe(keeps);
  });

  test('and another publishes nothing: it may be ill too, so the rollback asks whatever the environment says', async () => {
    expect((await openWith('act', [3], 7)).decision).toBe('ask');
  });
});

describe('the ill hosts have returned with what an earlier rollback took away', () => {
  const owed = { phase: 1, rollback: 'r-0', since: '2026-03-02T08:55:00.000Z', window_start: '2026-03-02T08:00:00Z' };
  const owe = (n: number, changes = {}) =>
    one.stores.unreached.keep({ ...host(n), ...owed, severity: 'CRITICAL', ...changes });

  test('Reconcile rolls them back, so the alarm is already handled, until it has been red for four minutes', async () => {
    await owe(3);
    expect((await openWith('ask', [3])).decision).toBe('Already handled');
    expect(recordOf(await one.events()).decided?.why.join(' ')).toContain('what rollback r-0 took away');
    const { claims } = one.stores;
    const changedAt = '2026-03-02T08:59:59.000Z';
    expect(await claims.alarmClaim(alarm, changedAt, '2026-03-02T09:03:58.000Z')).toBeDefined();
    expect(await claims.alarmClaim(alarm, changedAt, '2026-03-02T09:03:59.000Z')).toBeUndefined();
  });

  test.each([
    ['another one is ill too', [3, 4], {}],
    ['a person left it out', [3], { left_out: true as const }],
    ['its phase was deployed since', [3], { since: '2026-03-02T08:45:00.000Z' }],
    ['it is owed the rollback of another phase', [3], { phase: 2 }],
  ])('but not if %s', async (_, ill, changes) => {
    await owe(3, changes);
    expect((await openWith('ask', ill)).decision).not.toBe('Already handled');
  });

  test('nor if the alarm has been red for four minutes', async () => {
    await owe(3);
    const late = {
      ...breached,
      detail: { ...breached.detail, state: { ...breached.detail.state, timestamp: '2026-03-02T08:55:59.000+0000' } },
    };
    expect((await openWith('ask', [3], 8, late)).decision).not.toBe('Already handled');
  });
});

test.each([
  ['many hosts are ill, it acts', [1, 2, 3], 'act'],
  ['no host is ill and they contradict the alarm, it asks', [], 'ask'],
] as const)('if %s', async (_, ill, decision) => {
  expect((await openWith('ask', ill)).decision).toBe(decision);
});

test('if no host publishes and the runbook has no health check, the rollback asks', async () => {
  const { decision, question } = await openWith('ask', [], 0);
  expect(decision).toBe('ask');
  expect(question?.why.join(' ')).toContain('Which hosts are ill is not known');
});

test('an alarm that a person set has no datapoints, and needs no witness', async () => {
  Object.assign(one.stores, { metricOf: () => metric, hostValues: async () => new Map() });
  expect((await one.open({ input: event() })).decision).toBe('act');
});

test('if the list of hosts cannot be read, the opening fails and is retried: nobody is asked for a permit because of an outage', async () => {
  Object.assign(one.stores, { metricOf: () => metric, hostValues: async () => new Map() });
  const outage = () => {
    throw new Error('no list of hosts');
  };
  Object.defineProperty(one, 'found', { get: outage });
  await expect(one.open({ input: breached })).rejects.toThrow('no list of hosts');
});

test('if no host is online, nobody is asked for a permit: each host is owed the rollback', async () => {
  one.found = [{ ...host(1), online: false }];
  Object.assign(one.stores, { metricOf: () => metric, hostValues: async () => new Map() });
  await expect(one.open({ input: breached })).rejects.toThrow('No host to roll back');
  expect((await one.stores.unreached.all()).map(({ instance_id }) => instance_id)).toEqual(['i-1']);
});

test.each([
  [4, 0, 4],
  [4, 900, 4],
  [4, 1500, 3],
  [4, 2400, 2],
  [4, 9000, 2],
])('a check of %i s has, after %i ms for metrics, %i s left', (seconds, spent, left) => {
  expect(leftSeconds(seconds, spent)).toBe(left);
});
