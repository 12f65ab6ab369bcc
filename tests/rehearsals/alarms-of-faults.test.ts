import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';
import { synthesized } from './synthesized.ts';

// Facts that stories rely on: a fault turns exactly its own alarms red, in every phase, and they turn green after it heals.
// No rule is enabled, so nothing is rolled back. All tests share one account, in order; each ends with all alarms green.
const phases = [1, 2, 3, 4];
let account: SimulatedAccount;
let cloudWatch: CloudWatchClient;
let now = Date.parse('2026-03-02T09:00:00Z');

beforeAll(async () => {
  account = await simulatedAccount(await synthesized(), { virtualFrom: now });
  const credentials = { accessKeyId: 'ana', secretAccessKey: 'ana' };
  const config = { region: 'us-east-1', endpoint: account.endpoint, credentials };
  cloudWatch = new CloudWatchClient(config);
  const events = new EventBridgeClient(config);
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  await Promise.all(Rules.map(({ Name }) => events.send(new DisableRuleCommand({ Name }))));
}, 240_000);
afterAll(() => account.close());

const post = (path: string, body: unknown) =>
  fetch(`${account.endpoint}/_account${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const pass = (minutes: number) => {
  now += minutes * 60_000;
  return post('/clock', { until: new Date(now).toISOString() });
};
const strike = (fault: object) => Promise.all(phases.map((phase) => post('/trading', { fault: { phase, ...fault } })));
const heal = () => Promise.all(phases.map((phase) => post('/trading', { heal: { phase } })));

/** Returns the names of the phases' red alarms, without their common prefix. */
async function red(): Promise<string[]> {
  const names: string[] = [];
  const filter = { AlarmNamePrefix: 'rollback-local-phase-', StateValue: 'ALARM' as const };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudWatch }, filter))
    names.push(...MetricAlarms.map(({ AlarmName = '' }) => AlarmName.replace('rollback-local-phase-', '')));
  return names.toSorted();
}
const ofAll = (...alarms: string[]) => phases.flatMap((phase) => alarms.map((alarm) => `${phase}-${alarm}`)).toSorted();

const crisis = ['performance_degradation-accuracy-crisis', 'performance_degradation-latency-crisis'];
const degradation = 'performance_degradation-degradation';

test.each([
  ['performance_degradation of 8 percent', { trigger: 'performance_degradation', degradation: 8 }, []],
  ['performance_degradation of 20 percent', { trigger: 'performance_degradation', degradation: 20 }, [degradation]],
  ['performance_degradation of 40 percent', { trigger: 'performance_degradation', degradation: 40 }, [degradation]],
  ['performance_degradation without a number', { trigger: 'performance_degradation' }, [degradation, ...crisis]],
  ['cost_explosion', { trigger: 'cost_explosion' }, ['cost_explosion']],
  ['cascade_failure', { trigger: 'cascade_failure' }, ['cascade_failure']],
])(
  '%s turns only its own alarms red, in all four phases, and they turn green after it heals',
  async (_, fault, alarms) => {
    expect(await red()).toEqual([]);
    await strike(fault);
    await pass(5);
    expect(await red()).toEqual(ofAll(...alarms));
    await pass(5);
    expect(await red()).toEqual(ofAll(...alarms));
    await heal();
    await pass(5);
    expect(await red()).toEqual([]);
  },
  60_000,
);

test('missing metrics turn only the alarm red that treats a silent host as down', async () => {
  await post('/trading', { silence: { phase: 2, for: 300 } });
  await pass(5);
  expect(await red()).toEqual(['2-system_failure']);
  await pass(2);
  expect(await red()).toEqual([]);
}, 60_000);

test('a bad performance whose metric goes missing leaves no alarm red', async () => {
  await strike({ trigger: 'performance_degradation', degradation: 20 });
  await pass(5);
  await Promise.all(
    phases.map((phase) => post('/trading', { silence: { phase, metrics: ['PerformanceDegradationPercent'] } })),
  );
  await pass(15);
  expect(await red()).toEqual([]);
}, 60_000);
