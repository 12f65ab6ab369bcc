import { beforeEach, describe, expect, test } from 'vitest';
import type { RollbackCause } from '../../../domain/decision/rollback-cause.ts';
import { StillDeciding } from '../../../domain/errors.ts';
import type { Host } from '../../../domain/host/host-verdict.ts';
import type { Severity } from '../../../domain/severity.ts';
import { admission } from '../../../lambdas/open-rollback/admission.ts';
import { ofPhase } from '../../domain/proof/fake-step-functions.ts';
import { answered, askedRollback, at } from '../asked-rollback.ts';
import { policy } from '../deciding-stores.ts';
import { fleetStores } from '../fleet-stores.ts';
import { opening } from '../opened-rollback.ts';
import { causeOfAlarm } from '../rollback-causes.ts';

let one: Awaited<ReturnType<typeof askedRollback>>;
beforeEach(async () => {
  one = await askedRollback();
});

const changed_at = '2026-03-02T09:03:00.000Z';
const byAlarm = (trigger: RollbackCause['trigger'], severity: Severity) => causeOfAlarm(trigger, severity, changed_at);
const byHand: RollbackCause = { ...byAlarm('manual', 'HIGH'), operator: 'ana', alarm: null };

/** Execution r-2 opens while r-1 waits for an answer. */
async function join(cause: RollbackCause, time = '09:03:02') {
  const { severity } = cause;
  const assessment = {
    severity,
    degradation_percent: null,
    measured: null,
    baseline: null,
    blind: false,
    reasoning: [],
  };
  await one.stores.history.append('r-2', { ...opening, detail: { ...opening.detail, execution_arn: ofPhase('r-2') } });
  return admission(
    {
      ...one.stores,
      ...fleetStores(one.db),
      alarms: { notOk: async () => [] },
      environment: 'test',
      statusOf: async () => 'RUNNING',
      stopCommands: async () => {},
      now: at(time),
    },
    {
      claim: { rollback: 'r-2', execution_arn: ofPhase('r-2') },
      cause,
      phase: 1,
      fleet: 'trading',
      policy,
      assessed: async () => (cause.alarm ? assessment : null),
    },
  );
}
const decisions = async () => (await one.stores.questions.read(one.question))?.stored.map(({ item }) => item);

test('a CRITICAL alarm that joins decides on rollback, wakes the machine, and raises the severity', async () => {
  expect(await join(byAlarm('data_corruption', 'CRITICAL'))).toBe('Joined the active rollback');
  expect(await decisions()).toMatchObject([{ type: 'alarm joined', severity: 'CRITICAL', means: 'rollback' }]);
  expect(one.stores.woken).toEqual([{ rollback: 'r-1', number: 1 }]);
  expect(await one.record()).toMatchObject({ severity: 'CRITICAL', deadline: '2026-03-02T09:18:00.000Z' });
});

test('a HIGH alarm that joins a HIGH rollback leaves its question open', async () => {
  expect(await join(byAlarm('performance_degradation', 'HIGH'))).toBe('Joined the active rollback');
  expect(await decisions()).toEqual([]);
  expect(await one.record()).toMatchObject({ severity: 'HIGH', joined: [{ trigger: 'performance_degradation' }] });
});

test('a CRITICAL alarm that may not act without a permit replaces the question by its own', async () => {
  const pause = { operator: 'bo', reason: 'audit', at: changed_at };
  const brakes = async () => ({ pause, armed_at: null, blocks: [] });
  one = { ...one, stores: { ...one.stores, brakes } };
  await join(byAlarm('data_corruption', 'CRITICAL'));
  expect(await decisions()).toMatchObject([{ type: 'alarm joined', means: 'ask again' }]);
});

test('a person who starts the phase answers its question, under their own name', async () => {
  expect(await join(byHand)).toBe('Joined the active rollback');
  expect((await one.record()).questions[0]?.answers).toMatchObject([
    { answer: 'rollback', operator: 'ana', by: ofPhase('r-2'), principal: null },
  ]);
  expect(one.stores.woken).toEqual([{ rollback: 'r-1', number: 1 }]);
});

describe('a start for some of its hosts', () => {
  const only = (...only_hosts: string[]): RollbackCause => ({ ...byHand, severity: 'CRITICAL', only_hosts });
  const [host1, host2] = ['1', '2'].map((n) => ({ instance_id: `i-${n}`, name: `host-${n}` })) as [Host, Host];
  const freezes = (away: readonly Host[] = []) =>
    one.stores.scopes.keep('r-1', {
      ...{ execution_arn: 'arn:r-1', hosts: [host1, host2], not_online: away, only_hosts: null, steps: [] },
      ...{
        documents: {},
        deployment: null,
        window_start: '2026-03-02T08:00:00Z',
        deadline: '2026-03-02T10:00:00.000Z',
      },
    });

  test('is no answer to its question, and raises no severity: it acts beside it', async () => {
    await freezes();
    expect(await join(only('host-1'))).toBe('first');
    expect(await decisions()).toEqual([]);
    expect(one.stores.woken).toEqual([]);
    expect(await one.record()).toMatchObject({ severity: 'HIGH', attached: [] });
  });

  test('answers it if it names each of them', async () => {
    await freezes();
    expect(await join(only('host-2', 'i-1'))).toBe('Joined the active rollback');
    expect(await decisions()).toMatchObject([{ answer: 'rollback', operator: 'ana' }]);
  });

  test('is no answer if the rollback is of another host too, which is away', async () => {
    await freezes([{ instance_id: 'i-3', name: 'host-3' }]);
    expect(await join(only('host-2', 'host-1'))).toBe('first');
    expect(await decisions()).toEqual([]);
  });
});

describe('a rollback that is about to decide or to end is not joined: no rollback would handle the alarm', () => {
  test('once its question was answered with anything but rollback', async () => {
    const input = { answer: 'stand-down', operator: 'bo' };
    await answered(one.stores, input, { by: 'b' });
    await expect(join(byAlarm('data_corruption', 'CRITICAL'))).rejects.toThrow(StillDeciding);
  });

  test('once its deadline is over', async () => {
    const critical = byAlarm('data_corruption', 'CRITICAL');
    const alarm = { name: 'rollback-test-phase-1-data_corruption', changed_at: '2026-03-02T09:15:00.000Z' };
    const late = { ...critical, alarm: { ...alarm, state: 'ALARM' as const } };
    await expect(join(late, '09:15:05')).rejects.toThrow(StillDeciding);
  });

  test('nor if a person answers stand-down while it is being joined', async () => {
    const { stores } = one;
    const input = { answer: 'stand-down', operator: 'bo' };
    const decide: typeof stores.questions.decide = async (asked, decision) => {
      await answered(stores, input, { by: 'b', time: '09:03:01' });
      return stores.questions.decide(asked, decision);
    };
    one = { ...one, stores: { ...stores, questions: { ...stores.questions, decide } } };
    await expect(join(byAlarm('data_corruption', 'CRITICAL'))).rejects.toThrow(StillDeciding);
  });

  test('but is joined if the answer was rollback', async () => {
    const input = { answer: 'rollback', operator: 'bo' };
    await answered(one.stores, input, { by: 'b' });
    expect(await join(byAlarm('data_corruption', 'CRITICAL'))).toBe('Joined the active rollback');
  });
});
