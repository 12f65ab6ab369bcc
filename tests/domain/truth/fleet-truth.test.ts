import { describe, expect, test } from 'vitest';
import { truthValues } from '../../../domain/message/truth-values.ts';
import type { TruthReport } from '../../../domain/truth/compare-hosts.ts';
import { compared, type FleetTruth, noTruth, type Seen, untold } from '../../../domain/truth/fleet-truth.ts';
import type { TakenBack } from '../../../domain/truth/undone.ts';

const report: TruthReport = {
  ...{ commit: 'a'.repeat(40), version: 'v2', has: [], changed: 0, content: '', files: [], flags: {}, build: null },
  ...{ process: null, held: null, back: [], moved_by: null },
};
const other: Seen = { report: { ...report, commit: 'b'.repeat(40), version: 'v1' } };
const names = ['host-1', 'host-2', 'host-3'];

/** Compares three hosts of which some were seen otherwise; `away`: those that are not online. */
const run = (
  before: FleetTruth,
  seen: Readonly<Record<string, Seen>> = {},
  away: readonly string[] = [],
  unhalted: Readonly<Record<string, string>> = {},
  closed = false,
  taken: readonly TakenBack[] = [],
): FleetTruth =>
  compared(before, {
    hosts: names.map((name) => ({
      ...{ instance_id: `i-${name}`, name, online: !away.includes(name), agent_version: '3.3.2746.0' },
      ...(away.includes(name) ? { away: 'its instance is stopped' } : {}),
    })),
    seen: ({ name }) => seen[name] ?? { report },
    tooOld: () => false,
    expected: [],
    taken,
    moving: false,
    unhalted,
    closed,
    asked_at: '2026-03-02T11:58:00.000Z',
    at: '2026-03-02T12:00:00.000Z',
  });
/** As after the message. */
const told = (truth: FleetTruth): FleetTruth => ({ ...truth, told: untold(truth) ?? truth.told });

describe('people are told', () => {
  test('nothing while all agree', () => {
    expect(untold(run(noTruth))).toBeUndefined();
  });

  test('once per change, and once more when all agree', () => {
    const first = run(noTruth, { 'host-2': other });
    expect(untold(first)).not.toBe('');
    expect(untold(run(told(first), { 'host-2': other }))).toBeUndefined();
    expect(untold(run(told(first), { 'host-3': other }))).toBeDefined();
    expect(untold(run(told(first)))).toBe('');
    expect(untold(run(told(run(told(first)))))).toBeUndefined();
  });
});

describe('a host without a report', () => {
  const silent: Seen = { reason: 'exit 1 without a verdict' };

  test('is named as unknown from the second run in a row, and not again if only the words of its reason change', () => {
    const first = run(noTruth, { 'host-2': silent });
    expect(first).toMatchObject({ state: 'agree', silent: ['i-host-2'] });
    const second = run(first, { 'host-2': silent });
    expect(second.differences).toMatchObject([
      { name: 'host-2', what: 'its version is unknown: exit 1 without a verdict' },
    ]);
    expect(untold(run(told(second), { 'host-2': { reason: 'TimedOut' } }))).toBeUndefined();
  });

  test('that comes back stays named until it was compared: people are not told that all agree in between', () => {
    const gone = told(run(run(noTruth, {}, ['host-2']), {}, ['host-2']));
    const back = run(gone, { 'host-2': 'unasked' });
    expect([back.state, untold(back)]).toEqual(['differ', undefined]);
    expect(untold(run(told(back)))).toBe('');
  });

  test('that differed before stays named after the close: that it is shut down mends nothing', () => {
    const halt = { 'host-2': '2026-03-02T11:00:00.000Z' };
    const before = told(run(noTruth, { 'host-2': other }, [], halt));
    const closed = run(before, {}, names, halt, true);
    expect(untold(closed)).toBeUndefined();
    const later = run(told(closed), {}, names, halt, true);
    expect(later.differences).toEqual(before.differences);
    expect(untold(run(told(later), {}, ['host-1'], {}, true))).toBe('');
  });

  test('that is shut down after the close and agreed before is not named', () => {
    const before = told(run(noTruth));
    expect(run(run(before, {}, names, {}, true), {}, names, {}, true)).toMatchObject({ differing: 0, silent: [] });
  });

  test('is named with the reason why it is away', () => {
    expect(run(run(noTruth, {}, ['host-3']), {}, ['host-3']).differences).toMatchObject([
      { name: 'host-3', what: 'its version is unknown: its instance is stopped' },
    ]);
  });

  test('that differed before stays named: its silence is no agreement', () => {
    const before = told(run(noTruth, { 'host-2': other }));
    const now = run(before, { 'host-2': silent });
    expect([now.state, untold(now) === '']).toEqual(['differ', false]);
  });

  test('that came after the look was sent is not named', () => {
    expect(run(run(noTruth, { 'host-1': 'unasked' }), { 'host-1': 'unasked' }).state).toBe('agree');
  });

  test('makes nothing known, if no host has one', () => {
    expect(untold(run(noTruth, Object.fromEntries(names.map((name) => [name, silent]))))).toBeUndefined();
    expect(run(noTruth, Object.fromEntries(names.map((name) => [name, silent]))).state).toBe('unknown');
  });
});

test('the message names at most five hosts in its first line, and twenty in its text', () => {
  const hosts = Array.from({ length: 25 }, (_, i) => ({
    instance_id: `i-${i}`,
    name: `h${i}`,
    what: 'w',
    key: `${i}`,
  }));
  const values = truthValues(
    { ...noTruth, state: 'differ', differences: hosts.slice(0, 20), differing: 25 },
    { expected: [{ phase: 1, version: 'v2', announced: false }], environment: 'production', stopped: null },
  );
  expect(values).toMatchObject({
    hosts: 'h0, h1, h2, h3, h4 and 20 more',
    count: '25 hosts are',
    deployed: 'v2 of phase 1',
    environment_words: ' --environment production',
  });
  expect(values['differences']?.split('\n').at(-1)).toBe('and 5 more hosts');
});

describe('a host that never confirmed a halt', () => {
  const halt = { 'host-2': '2026-03-02T09:00:00.000Z' };
  const words = 'it never confirmed the halt of 2026-03-02T09:00:00.000Z, so it may trade: halt again';

  test.each([
    ['its code is right', {}, [], words],
    ['it was not asked yet', { 'host-2': 'unasked' }, [], words],
    ['it is away, beside its version', {}, ['host-2'], `${words}; its version is unknown: its instance is stopped`],
  ] as const)('is named at its second run at the latest, if %s', (_, seen, away, what) => {
    const { differences } = run(run(noTruth, seen, away, halt), seen, away, halt);
    expect(differences.map((one) => [one.name, one.what])).toEqual([['host-2', what]]);
  });

  test('counts as one host that differs, whatever else is wrong there', () => {
    expect(run(noTruth, { 'host-2': other }, [], halt).differing).toBe(1);
  });
});

test('what each host that reported runs is stored for the witness of an alarm', () => {
  const { running } = run(noTruth, { 'host-2': other, 'host-3': { reason: 'it did not report' } });
  expect(running?.at).toBe('2026-03-02T11:58:00.000Z');
  expect(running?.commits.map(({ hosts }) => hosts)).toEqual([['i-host-1'], ['i-host-2']]);
});

describe('a version that a rollback took back', () => {
  const taken: TakenBack = {
    ...{ phase: 1, version: 'v2', rollback: 'r-1', at: '2026-03-02T11:50:00.000Z', paths: null },
  };
  const back = (version: boolean): Seen => ({
    report: { ...report, back: [version], ...(version ? {} : { commit: 'b'.repeat(40), version: 'v1' }) },
  });
  const look = (before: FleetTruth, one: TakenBack, with_: readonly boolean[]) =>
    run(before, Object.fromEntries(names.map((name, i) => [name, back(with_[i] ?? false)])), [], {}, false, [one]);

  test('on the canary group alone, and that the other hosts get then: these are named, and the host that is right is not', () => {
    const { differences } = look(noTruth, { ...taken, only: ['i-host-1'] }, [false, true, true]);
    expect(differences.map(({ name, undone }) => [name, undone])).toEqual([
      ['host-2', undefined],
      ['host-3', undefined],
    ]);
    expect(differences[0]?.what).toBe(
      'it has v2 of phase 1, which rollback r-1 took back at 2026-03-02T11:50:00.000Z on the hosts that had it then, and which is blocked',
    );
  });

  test('that most hosts have again: only these are named', () => {
    const before = look(noTruth, taken, [false, false, false]);
    const now = look(before, taken, [false, true, true]);
    expect(now.differences.map(({ name, undone }) => [name, undone])).toEqual([
      ['host-2', 'r-1'],
      ['host-3', 'r-1'],
    ]);
  });

  test('whose paths alone went back is no difference on other hosts: both versions may be alike there', () => {
    expect(look(noTruth, { ...taken, only: ['i-host-1'], paths: ['a'] }, [true, true, true]).differing).toBe(0);
  });
});

test('the message about an undone rollback names those hosts first, and no host that only differs', () => {
  const differs = (name: string, undone?: string) => ({
    ...{ instance_id: name, name, what: 'w', key: name },
    ...(undone ? { undone } : {}),
  });
  const differences = [differs('h1'), differs('h2', 'r-1')];
  expect(
    truthValues(
      { ...noTruth, state: 'differ', differences, differing: 2 },
      { expected: [], environment: 'local', stopped: null },
    ),
  ).toMatchObject({ hosts: 'h2', count: '1 host is', differences: 'h1: w.\nh2: w.' });
});
