import { describe, expect, test } from 'vitest';
import { chainAfter, chained, type EventType, emptyChain, type RollbackEvent } from '../../../domain/history/event.ts';
import { fleetWait, type Holder, waitingLines } from '../../../domain/reconcile/fleet-wait.ts';
import { howToFreeFleet } from '../../../domain/reconcile/free-the-fleet.ts';

function chainOf(...happened: readonly [EventType, string, Record<string, unknown>][]): RollbackEvent[] {
  const events: RollbackEvent[] = [];
  for (const [i, [type, time, detail]] of happened.entries()) {
    const last = events.at(-1);
    const at = `2026-03-02T09:${time}.000Z`;
    events.push(chained('r-1', last ? chainAfter(last) : emptyChain, { id: String(i), type, at, detail }));
  }
  return events;
}
const waits = (time: string, holder: string): [EventType, string, Record<string, unknown>] => [
  'Waiting for the fleet',
  time,
  { fleet: 'trading', holder, holder_phase: 2, held_since: '2026-03-02T08:59:00.000Z' },
];

describe('a rollback waits for its fleet', () => {
  test('since it first found the fleet held, by any holder', () => {
    expect(fleetWait(chainOf(waits('00:05', 'r-0'), waits('02:00', 'r-9')))).toEqual({
      fleet: 'trading',
      since: '2026-03-02T09:00:05.000Z',
      holders: 2,
      lent: false,
    });
  });

  test('again once it lets others act, until it has the fleet again', () => {
    const taken: [EventType, string, Record<string, unknown>] = ['Fleet taken', '01:00', { fence: 2 }];
    const lent: [EventType, string, Record<string, unknown>] = ['Fleet lent', '02:00', { fleet: 'trading', fence: 2 }];
    const wait = { fleet: 'trading', since: '2026-03-02T09:02:00.000Z', holders: 1, lent: true };
    expect(fleetWait(chainOf(waits('00:05', 'r-0'), taken, lent))).toEqual(wait);
    expect(fleetWait(chainOf(taken, lent, ['Fleet taken', '03:00', { fence: 4 }]))).toBeNull();
  });

  test('of a holder that is another one than in its earlier waits, so that the page about it has a name of its own', () => {
    const taken: [EventType, string, Record<string, unknown>] = ['Fleet taken', '01:00', { fence: 2 }];
    const lent: [EventType, string, Record<string, unknown>] = ['Fleet lent', '02:00', { fleet: 'trading', fence: 2 }];
    const wait = fleetWait(chainOf(waits('00:05', 'r-0'), taken, lent, waits('02:05', 'r-3')));
    expect(wait).toMatchObject({ since: '2026-03-02T09:02:00.000Z', holders: 2, lent: true });
  });

  test.each<[string, [EventType, string, Record<string, unknown>][]]>([
    ['before it found the fleet held', []],
    ['once it has the fleet', [waits('00:05', 'r-0'), ['Fleet taken', '01:00', { fence: 2 }]]],
    ['once it has ended', [waits('00:05', 'r-0'), ['Rollback closed', '01:00', {}]]],
  ])('but not %s', (_, happened) => {
    expect(fleetWait(chainOf(...happened))).toBeNull();
  });
});

describe('the lines about a wait', () => {
  const wait = { fleet: 'trading', since: '2026-03-02T09:00:05.000Z', lent: false };
  const mine = { deadline: '2026-03-02T09:15:00.000Z', byHand: false };
  const holder = {
    rollback: 'r-0',
    execution_arn: 'arn:r-0',
    phase: 2,
    taken_at: '2026-03-02T08:59:00.000Z',
    status: 'RUNNING',
    ending: null,
  };
  const lines = (changes: Partial<typeof mine> = {}, of: Partial<Holder> | null = {}) =>
    waitingLines(wait, { ...mine, ...changes }, of && { ...holder, ...of });

  test('give the holder, the next event, the deadline, and the commands that free the fleet', () => {
    expect(lines()).toEqual([
      'This rollback has waited for fleet trading since 2026-03-02T09:00:05.000Z: rollback r-0 of phase 2 has held it since 2026-03-02T08:59:00.000Z, and still runs (docs/runbook.md#fleet-held).',
      'The worst severity is served first, then the newest deployment. It tries again every 5 to 30 s. Once it has the fleet, it checks its alarms: if one is still red, it begins; if none is, it ends "Stood down".',
      'If the fleet is not free by its limit, 2026-03-02T09:15:00.000Z, it ends "Needs a person"; no host has been touched.',
      'Rollback r-0 still runs: let it end, or stop it (aws stepfunctions stop-execution --execution-arn arn:r-0) and then release the fleet: npm run rollback -- release --rollback r-0 --operator "YOUR NAME" --reason "WHY"',
    ]);
  });

  test('say that a rollback started by hand begins without checking alarms', () => {
    expect(lines({ byHand: true })[1]).toMatch(/It tries again every 5 to 30 s, and begins once it has the fleet\.$/);
  });

  test('say that the fleet of an ended holder must be released', () => {
    const [who = '', , , end] = lines({}, { status: 'FAILED', ending: 'Needs a person' as never });
    expect(who).toContain('and ended "Needs a person" without releasing it');
    expect(end).toMatch(/^Rollback r-0 ended FAILED: if the hosts are safe, release the fleet:/);
  });

  test('say of a rollback that lets others act what it has done, and that the fleet is kept for it', () => {
    const [since, then, limit] = waitingLines({ ...wait, lent: true }, mine, holder);
    expect(since).toMatch(
      /^This rollback has done its first steps, and has let rollbacks of other phases act on fleet trading since 2026-03-02T09:00:05\.000Z: rollback r-0 of phase 2 has held it since /,
    );
    expect(then).toBe(
      'Once they have done their own steps, it takes the fleet again and continues. It tries again every 5 to 30 s.',
    );
    expect(limit).toBe(
      'If it does not have the fleet again by its limit, 2026-03-02T09:15:00.000Z, it ends "Needs a person": its hosts are half rolled back, so the fleet is then kept for it until a person releases it.',
    );
  });

  test('give the answers of a holder that waits for an operator, instead of its stop', () => {
    const [since, , , end] = lines({}, { handsOverUntil: '2026-03-02T09:10:00.000Z' });
    expect(since).toMatch(/, and waits for an operator \(docs/);
    expect(end).toMatch(
      /^Rollback r-0 stopped and waits for an operator until 2026-03-02T09:10:00.000Z .*show r-0 .*release --rollback r-0/,
    );
    expect(lines({}, { status: 'FAILED', handsOverUntil: '2026-03-02T09:10:00.000Z' })[3]).toMatch(/ended FAILED/);
  });

  test('say that the fleet was freed a moment ago', () => {
    expect(lines({}, null)).toEqual([
      'This rollback has waited for fleet trading since 2026-03-02T09:00:05.000Z: the fleet was freed a moment ago.',
      expect.stringContaining('It tries again'),
      expect.stringContaining('If the fleet is not free'),
    ]);
  });
});

test('the command that frees a fleet names the environment of its holder', () => {
  const execution_arn = 'arn:aws:states:eu-west-1:111122223333:execution:rollback-production-phase-1:r-0';
  expect(howToFreeFleet({ status: 'FAILED', rollback: 'r-0', execution_arn })).toMatch(/ --environment production$/);
});
