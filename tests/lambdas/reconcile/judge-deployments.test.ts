import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { beforeEach, expect, test } from 'vitest';
import type { WatchedAlarm } from '../../../domain/decision/watched.ts';
import { noTruth } from '../../../domain/truth/fleet-truth.ts';
import { alarmsSinceOn } from '../../../lambdas/clients/alarm-history.ts';
import { judgeDeployments } from '../../../lambdas/reconcile/judge-deployments.ts';
import { deploymentMarksIn } from '../../../lambdas/stores/deployment-marks.ts';
import { deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { recentRollbacksIn } from '../../../lambdas/stores/recent-rollbacks.ts';
import { emptyTables } from '../tables.ts';

const deployment = { version: 'v1.4.0', at: '2026-03-02T09:00:00.000Z' };
const name = 'rollback-test-phase-1-data_corruption';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let deployments: ReturnType<typeof deploymentsIn>;
let marks: ReturnType<typeof deploymentMarksIn>;
let alarms: WatchedAlarm[];
let reads: [number, string][];
let absent: { readonly phase: number; readonly version: string }[];
beforeEach(async () => {
  tables = await emptyTables();
  deployments = deploymentsIn(tables.db, 'state');
  marks = deploymentMarksIn(tables.db, 'state');
  [alarms, reads] = [[{ alarm: name, state: 'OK', changes: [] }], []];
  absent = [];
  await deployments.record(1, deployment);
});

const judge = (at: string) =>
  judgeDeployments({
    marks,
    recentRollbacks: recentRollbacksIn(tables.db, 'state'),
    alarmsSince: async (phase, from) => {
      reads.push([phase, from]);
      return alarms;
    },
    truth: async () => ({ ...noTruth, absent }),
    blind: ['system_failure'],
    phases: [1, 2],
    watchWindow: 4 * 3600,
    now: () => Date.parse(`2026-03-02T${at}.000Z`),
  });
const verdict = async () => (await marks.at(1, deployment.at))?.watched;

test('a deployment is judged once, after its watch window', async () => {
  await judge('13:00:00');
  expect([await verdict(), reads]).toEqual([undefined, []]);
  await judge('13:10:00');
  await judge('13:20:00');
  expect(await verdict()).toEqual({
    verified: true,
    why: 'no alarm of its phase was red until 2026-03-02T13:00:00.000Z',
  });
  expect(reads).toEqual([[1, deployment.at]]);
});

test('only every tenth minute looks, because nobody waits for it', async () => {
  await judge('13:11:00');
  expect(await verdict()).toBeUndefined();
});

test('it is not verified if a host is known not to have it: no alarm says anything of a version that never ran', async () => {
  absent = [{ phase: 1, version: 'v1.4.0' }];
  await judge('13:10:00');
  expect(await verdict()).toEqual({
    verified: false,
    why: 'at least one host does not have it (rollback status names it)',
  });
});

test('it is not verified if a rollback has undone it, and both are kept', async () => {
  const rollbacks = recentRollbacksIn(tables.db, 'state');
  await rollbacks.begin(1, 'r-1', '2026-03-02T09:05:00.000Z');
  await marks.mark(1, deployment.at, { rolled_back: { rollback: 'r-1', at: '2026-03-02T09:10:00.000Z' } });
  await judge('13:10:00');
  expect(await marks.at(1, deployment.at)).toMatchObject({
    rolled_back: { rollback: 'r-1' },
    watched: { verified: false, why: 'rollback r-1 acted in its watch window' },
  });
});

test('the one that came next is judged by itself', async () => {
  await deployments.record(1, { version: 'v1.4.1', at: '2026-03-02T10:00:00.000Z' });
  await judge('14:10:00');
  expect(
    (await marks.recent(1, '2026-03-02T15:00:00.000Z')).map(({ version, watched }) => [version, watched?.verified]),
  ).toEqual([
    ['v1.4.1', true],
    ['v1.4.0', false],
  ]);
});

test('if CloudWatch cannot be read, nothing is stored: the next look judges it', async () => {
  alarms = undefined as never;
  await expect(judge('13:10:00')).rejects.toThrow();
  expect(await verdict()).toBeUndefined();
});

test("the alarms of a phase are read with their changes since the deployment, as CloudWatch's history has them", async () => {
  const asked: object[] = [];
  const client = new CloudWatchClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.middlewareStack.add(
    (_, { commandName }) =>
      async ({ input }) => {
        asked.push(input as object);
        const change = { oldState: { stateValue: 'OK' }, newState: { stateValue: 'ALARM' } };
        const output =
          commandName === 'DescribeAlarmsCommand'
            ? { MetricAlarms: [{ AlarmName: name, StateValue: 'ALARM' }] }
            : { AlarmHistoryItems: [{ Timestamp: new Date(deployment.at), HistoryData: JSON.stringify(change) }] };
        return { response: {}, output } as never;
      },
    { step: 'initialize' },
  );
  expect(await alarmsSinceOn(client, 'test')(1, deployment.at)).toEqual([
    { alarm: name, state: 'ALARM', changes: [{ at: deployment.at, from: 'OK', to: 'ALARM' }] },
  ]);
  expect(asked).toMatchObject([
    { AlarmNamePrefix: 'rollback-test-phase-1-' },
    {
      AlarmName: name,
      HistoryItemType: 'StateUpdate',
      StartDate: new Date(deployment.at),
      ScanBy: 'TimestampAscending',
    },
  ]);
});
