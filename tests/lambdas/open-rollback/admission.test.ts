import { beforeEach, describe, expect, test } from 'vitest';
import type { Sessions } from '../../../domain/calendar/sessions.ts';
import type { RollbackCause } from '../../../domain/decision/rollback-cause.ts';
import { StillDeciding } from '../../../domain/errors.ts';
import { firstBreak, type Happened } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { admission } from '../../../lambdas/open-rollback/admission.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { decidingStores, policy } from '../deciding-stores.ts';
import { fleetStores } from '../fleet-stores.ts';
import { causeOfAlarm } from '../rollback-causes.ts';
import { emptyTables } from '../tables.ts';

const alarm = 'rollback-test-phase-1-data_corruption';
const changed_at = '2026-03-02T09:00:00.000Z';
const byAlarm = causeOfAlarm('data_corruption', 'CRITICAL', changed_at);
const byHand: RollbackCause = { ...byAlarm, trigger: 'manual', alarm: null };
const claim = (id: string) => ({ rollback: id, execution_arn: `arn:${id}` });

let stores: Awaited<ReturnType<typeof made>>;
let red: boolean;
let statuses: Record<string, string>;
let time: string;
let stopped: string[];
let calendar: Sessions | undefined;
async function made() {
  const { db } = await emptyTables();
  return { ...decidingStores(db), ...fleetStores(db) };
}
beforeEach(async () => {
  stores = await made();
  red = true;
  statuses = {};
  stopped = [];
  calendar = undefined;
  time = '09:00:02';
});

const deps = () => ({
  ...stores,
  environment: 'test',
  sessionsOf: () => calendar,
  stopCommands: async (rollback: string, status: string) => void stopped.push(`${rollback} ${status}`),
  now: () => Date.parse(`2026-03-02T${time}.000Z`),
  statusOf: async (arn: string) => statuses[arn] ?? 'RUNNING',
  alarms: {
    notOk: async () =>
      red
        ? [
            {
              environment: 'test',
              phase: 1,
              trigger: 'data_corruption' as const,
              alarm,
              state: 'ALARM' as const,
              changed_at,
              reason: '',
              reason_data: null,
            },
          ]
        : [],
  },
});
/** An execution opens its record and asks for admission, again while the live one decides; the first one acts. */
async function ask(id: string, cause = byAlarm) {
  const detail = { phase: 1, start_time: changed_at, execution_arn: `arn:${id}`, severity: 'CRITICAL' };
  await stores.history.append(id, { id: 'rollback-opened', type: 'Rollback opened', at: changed_at, detail });
  const place = { phase: 1, fleet: 'trading', policy, assessed: async () => null };
  for (;;)
    try {
      const admitted = await admission(deps(), { ...place, cause, claim: claim(id) });
      if (admitted === 'first') await stores.history.append(id, acts);
      return admitted;
    } catch (error) {
      if (!(error instanceof StillDeciding)) throw error;
    }
}
const acts: Happened = { id: 'decided/1', type: 'Decided', at: changed_at, detail: { decision: 'act', why: [] } };
const types = async (id: string) => (await stores.history.events(id)).map(({ type }) => type);
const record = async (id: string) => recordOf(await stores.history.events(id));

test('the first rollback for an alarm acts, also on a second call', async () => {
  expect(await ask('r-1')).toBe('first');
  expect(await ask('r-1')).toBe('first');
});

test('a rollback by hand acts, whatever the state of the alarms', async () => {
  red = false;
  expect(await ask('r-1', byHand)).toBe('first');
});

describe('Already handled', () => {
  beforeEach(() => ask('r-1'));

  test('is the same change of an alarm, delivered again', async () => {
    expect([await ask('r-2'), await ask('r-3')]).toEqual(['Already handled', 'Already handled']);
  });

  test('is an event on the record that answered', async () => {
    await ask('r-2');
    expect((await stores.history.events('r-1')).at(-1)).toMatchObject({
      type: 'Alarm repeated',
      detail: { by: 'r-2', execution_arn: 'arn:r-2', trigger: 'data_corruption', alarm },
    });
    expect((await record('r-1')).attached).toEqual(['r-2']);
  });

  test('is recorded once, called twice', async () => {
    await ask('r-2');
    await ask('r-2');
    expect((await record('r-1')).attached).toEqual(['r-2']);
  });

  test('also after that rollback has ended: its history is sealed again', async () => {
    const rollback = { id: 'r-1', execution_arn: 'arn:r-1', phase: 1, fleet: 'trading' };
    await closeRollback(deps(), { rollback, fence: 0, ending: 'Rolled back', problem: null });
    expect(await ask('r-2')).toBe('Already handled');
    expect((await types('r-1')).slice(-3)).toEqual(['Sealed', 'Alarm repeated', 'Sealed']);
  });
});

describe('Market not open', () => {
  const silent = { ...byAlarm, silent: true };
  const sessions = (from: string, until: string): Sessions => ({
    from: Date.parse('2026-03-01T00:00Z'),
    until: Date.parse('2026-03-05T00:00Z'),
    sessions: [{ from: Date.parse(`2026-03-02T${from}Z`), until: Date.parse(`2026-03-02T${until}Z`) }],
  });
  beforeEach(() => {
    calendar = sessions('10:00', '16:00');
  });

  test('is silence that began while the market was closed, and leaves the alarm to Reconcile', async () => {
    expect(await ask('r-1', silent)).toBe('Market not open');
    expect(await stores.claims.phaseClaim(1)).toBeUndefined();
    expect(await stores.claims.alarmClaim(alarm, changed_at)).toBeUndefined();
  });

  test('is not an alarm with a breaching datapoint, nor silence in session', async () => {
    expect(await ask('r-1', byAlarm)).toBe('first');
    calendar = sessions('08:00', '09:00:01');
    expect(
      await ask('r-2', {
        ...silent,
        alarm: { name: alarm, state: 'ALARM' as const, changed_at: '2026-03-02T09:00:00.500Z' },
      }),
    ).not.toBe('Market not open');
  });

  test('is not silence that lasts five minutes into the session', async () => {
    time = '10:05:00';
    expect(await ask('r-1', silent)).toBe('first');
  });
});

describe('Stale alarm ignored', () => {
  beforeEach(() => {
    time = '09:05:01';
    red = false;
  });

  test('is an event of more than five minutes whose alarm is green again', async () => {
    expect(await ask('r-1')).toBe('Stale alarm ignored');
  });

  test('is an event whose alarm has been red since another instant: a forged event must not choose which rows are cleared', async () => {
    red = true;
    const long_ago = {
      ...byAlarm,
      alarm: { name: alarm, state: 'ALARM' as const, changed_at: '1970-01-01T00:00:00.000Z' },
    };
    expect(await ask('r-1', long_ago)).toBe('Stale alarm ignored');
  });

  test('leaves the phase free for other rollbacks', async () => {
    await ask('r-1');
    expect(await stores.claims.phaseClaim(1)).toBeUndefined();
  });

  test.each([
    ['still red: late, but true', '09:25:00', true],
    ['green again, but delivered within five minutes', '09:05:00', false],
  ])('is not an event whose alarm is %s', async (_, now, still) => {
    time = now;
    red = still;
    expect(await ask('r-1')).toBe('first');
  });

  test('is not a rollback that began to act, called again after five minutes', async () => {
    time = '09:04:59';
    await ask('r-1');
    time = '09:05:30';
    expect(await ask('r-1')).toBe('first');
  });
});

describe('Joined the active rollback', () => {
  test.each([
    ['a rollback by hand', byHand],
    ['another alarm', { ...byAlarm, alarm: { name: `${alarm}-2`, changed_at, state: 'ALARM' as const } }],
  ])('is %s while a rollback is live, and an event of the live one', async (_, cause) => {
    await ask('r-1');
    expect(await ask('r-2', cause)).toBe('Joined the active rollback');
    expect((await stores.history.events('r-1')).at(-1)).toMatchObject({ type: 'Alarm joined', detail: { by: 'r-2' } });
  });

  test('raises the place of a rollback that waits for the fleet: a worse alarm gets the fleet sooner', async () => {
    await ask('r-1', { ...byHand, severity: 'MEDIUM' });
    await stores.locks.wait('trading', {
      ...{ rollback: 'r-1', execution_arn: 'arn:r-1', phase: 1, severity: 'MEDIUM', deployed: null, part: 'all' },
      ...{ opened: changed_at, touched: false, until: changed_at, incident: 'r-0', acted: [] },
    });
    await ask('r-2');
    expect((await stores.locks.queue('trading')).waiters).toMatchObject([{ rollback: 'r-1', severity: 'CRITICAL' }]);
  });

  test('happens to all but one of several that start at once', async () => {
    const decisions = await Promise.all(['r-1', 'r-2', 'r-3'].map((id) => ask(id, byHand)));
    expect(decisions.toSorted()).toEqual(['Joined the active rollback', 'Joined the active rollback', 'first']);
  });
});

describe('a live rollback whose execution was stopped', () => {
  beforeEach(async () => {
    await ask('r-1');
    statuses['arn:r-1'] = 'ABORTED';
  });

  test('is taken over', async () => {
    expect(await ask('r-2', byHand)).toBe('first');
    expect(await stores.claims.phaseClaim(1)).toMatchObject(claim('r-2'));
  });

  test('has its commands stopped first', async () => {
    await ask('r-2', byHand);
    expect(stopped).toEqual(['r-1 ABORTED']);
  });

  test('is closed as Needs a person, with the rollback that took over', async () => {
    await ask('r-2', byHand);
    expect(await record('r-1')).toMatchObject({
      ending: 'Needs a person',
      problem: 'r-2 took the phase over, because its execution ended ABORTED without closing it.',
    });
    expect((await types('r-1')).at(-1)).toBe('Sealed');
    expect(firstBreak(await stores.history.events('r-1'))).toBeUndefined();
  });

  test('keeps its fleet if a host may have been touched', async () => {
    const lock = await stores.locks.take('trading', { ...claim('r-1'), phase: 1 }, changed_at);
    await stores.locks.touch('trading', 'r-1', lock?.fence ?? 0);
    await ask('r-2', byHand);
    expect(await stores.locks.holder('trading')).toMatchObject({ rollback: 'r-1' });
  });

  test('frees its fleet if no host was touched', async () => {
    await stores.locks.take('trading', { ...claim('r-1'), phase: 1 }, changed_at);
    await ask('r-2', byHand);
    expect(await stores.locks.holder('trading')).toBeUndefined();
  });

  test('is taken over by one rollback; the others join that one, and its record names them', async () => {
    const decisions = await Promise.all(['r-2', 'r-3'].map((id) => ask(id, byHand)));
    expect(decisions.toSorted()).toEqual(['Joined the active rollback', 'first']);
    const winner = (await stores.claims.phaseClaim(1))?.rollback ?? '';
    expect((await record(winner)).attached).toEqual([winner === 'r-2' ? 'r-3' : 'r-2']);
  });

  test('that cannot be closed does not block other rollbacks', async () => {
    await stores.claims.releasePhase(1, 'r-1');
    await stores.claims.claimPhase(1, claim('r-0')); // r-0 has no history
    statuses['arn:r-0'] = 'TIMED_OUT';
    expect(await ask('r-2', byHand)).toBe('first');
  });
});
