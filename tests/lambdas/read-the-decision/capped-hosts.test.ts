import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import { readTheDecision } from '../../../lambdas/read-the-decision/read-the-decision.ts';
import type { RollbackScope } from '../../../lambdas/stores/rollback-scope.ts';
import { ofPhase } from '../../domain/proof/fake-step-functions.ts';
import { alarmName, askedRollback, at, rollback, start_time } from '../asked-rollback.ts';
import { policy, settings } from '../deciding-stores.ts';

// Rollback r-1 asked people about a HIGH alarm. Automation may touch two hosts within an hour.

const JOINED = '2026-03-02T09:02:00.000Z';
const host = (number: number) => ({ instance_id: `i-${number}`, name: `host-${number}` });

let one: Awaited<ReturnType<typeof askedRollback>>;
beforeEach(async () => {
  one = await askedRollback();
  await one.stores.scopes.keep('r-1', { hosts: [host(1), host(2)] } as unknown as RollbackScope);
});

const read = (time: string) => {
  const seen = { environment: 'test', phase: 1, trigger: 'cascade_failure', alarm: alarmName } as const;
  return readTheDecision(
    {
      ...one.stores,
      settings: { ...settings, brakes: { ...settings.brakes, hosts: { most: 2, within: 3600 } } },
      environment: 'test',
      now: at(time),
      alarms: {
        notOk: async () => [{ ...seen, state: 'ALARM', changed_at: start_time, reason: '', reason_data: null }],
      },
    },
    { rollback, question: { number: 1 }, policy },
  );
};
const began = () => one.stores.recentRollbacks.between(1, start_time, start_time);
/** Another rollback that began by itself. */
const otherTouches = (number: number) =>
  one.stores.recentRollbacks.begin(2, 'r-0', start_time, { by: 'automation', hosts: [host(number)] });

/** A CRITICAL alarm joins r-1, and decides its question. */
async function criticalJoins() {
  const by = ofPhase('r-2');
  const alarm = 'rollback-test-phase-1-data_corruption';
  const event = {
    ...{ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', resources: ['arn:x'] },
    detail: { alarmName: alarm, state: { value: 'ALARM', timestamp: JOINED } },
  };
  const instant = Date.parse(JOINED);
  one.stores.stepFunctions.put(by, {
    ...{ status: 'SUCCEEDED', input: event, output: { decision: 'Joined the active rollback' } },
    ...{ started_at: instant, stopped_at: instant },
  });
  const of = { by, trigger: 'data_corruption', severity: 'CRITICAL', alarm, changed_at: JOINED, blind: false };
  await one.stores.history.append('r-1', { id: 'alarm-joined/r-2', type: 'Alarm joined', at: JOINED, detail: of });
  const decision = { type: 'alarm joined', by, alarm, severity: 'CRITICAL', means: 'rollback', at: JOINED };
  await one.db.send(
    new PutCommand({ TableName: 'state', Item: { pk: 'QUESTION#r-1#1', sk: 'DECISION#0001', ...decision } }),
  );
}

test('a rollback that acts because nobody answered is counted, with its frozen hosts', async () => {
  expect((await read('09:15:06')).decision).toBe('act');
  expect(await began()).toMatchObject([{ by: 'automation', hosts: [host(1), host(2)] }]);
});

test('nobody answered, and automation touched a host meanwhile: a permit is asked', async () => {
  await otherTouches(3);
  const { decision, question } = await read('09:15:06');
  expect([decision, question?.kind, question?.why[0]]).toEqual([
    'ask',
    'permit',
    'With this rollback automation would touch 3 hosts within 60 minutes; its cap is 2 (brakes.hosts). Touched so far: host-3. This rollback: host-1, host-2.',
  ]);
});

test('an alarm that joined and decided the question is no person: its rollback is counted', async () => {
  await criticalJoins();
  expect((await read('09:02:05')).decision).toBe('act');
  expect(await began()).toMatchObject([{ by: 'automation', hosts: [host(1), host(2)] }]);
});

test('automation touched a host after an alarm joined: a permit is asked', async () => {
  await criticalJoins();
  await otherTouches(3);
  const { decision, question } = await read('09:02:05');
  expect([decision, question?.kind, question?.severity]).toEqual(['ask', 'permit', 'CRITICAL']);
  expect(await began()).toEqual([]);
});
