import { describe, expect, test } from 'vitest';
import { chainAfter, chained, emptyChain } from '../../../domain/history/event.ts';
import { type Evidence, historyIntegrity } from '../../../domain/history/history-integrity.ts';
import { missingExecution } from '../../../domain/history/missing-execution.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { hostIndexAttributes, indexAttributes } from '../../../domain/history/record-index.ts';
import { type KeptVerdict, reportsHash } from '../../../domain/host/host-reports.ts';
import { hostKey } from '../../../domain/tables.ts';

const at = '2026-03-02T09:00:00.000Z';
const detail = {
  phase: 1,
  phase_name: 'x',
  trigger: 'manual',
  start_time: at,
  execution_arn: 'arn',
  fleet: 'trading',
  severity: 'HIGH',
  reason: null,
  operator: 'ana',
  mode: 'live',
};
const opening = chained('r-1', emptyChain, { id: 'a', type: 'Rollback opened', at, detail });
const report: KeptVerdict = {
  step: 'clear-cache',
  instance_id: 'i-1',
  name: 'host-1',
  verdict: 'done',
  reason: null,
  report: { lost: false },
  command_id: 'c-1',
};
const stepDone = chained('r-1', chainAfter(opening), {
  id: 'b',
  type: 'Step done',
  at,
  detail: { step: 'clear-cache', hosts_done: 1, hosts: 1, reports: { 'clear-cache': reportsHash([report]) } },
});
const closing = chained('r-1', chainAfter(stepDone), {
  id: 'c',
  type: 'Rollback closed',
  at,
  detail: { ending: 'Needs a person', problem: 'x' },
});
const events = [opening, stepDone, closing];
const record = recordOf(events);
const index = indexAttributes(record);
const whole: Evidence = { record, index, events, hosts: [report], witness: chainAfter(closing) };
const judged = (changes: Partial<Evidence>) => historyIntegrity({ ...whole, ...changes });

test("a history is whole if its record and the execution's own history match its events", () => {
  expect(judged({})).toEqual({
    whole: true,
    says: `whole: 3 events, head ${closing.hash}; the record matches them`,
  });
});

test('a history whose execution must still exist, and does not, is not whole', () => {
  const missing = missingExecution('r-1', '2026-10-12T09:00:00Z', Date.parse('2026-11-11T08:59:59Z'));
  expect(judged({ witness: undefined, missing })).toEqual({
    whole: false,
    says: expect.stringMatching(/^INVENTED: Step Functions has no execution r-1, /),
  });
});

test('an execution may be missing 30 days after its start', () => {
  expect(missingExecution('r-1', '2026-10-12T09:00:00Z', Date.parse('2026-11-11T09:00:00Z'))).toBeUndefined();
});

test("a history without its execution's history is whole, and the sentence says so", () => {
  expect(judged({ witness: undefined })).toMatchObject({
    whole: true,
    says: expect.stringMatching(/; not compared with the execution's own history, which is unavailable$/),
  });
});

test('events after the end of the execution need not be in its own history', () => {
  expect(judged({ witness: chainAfter(stepDone) })).toMatchObject({ whole: true });
});

test.each([
  ['plan', 'Planned', true],
  ['plan', 'Not planned', true],
  ['simulate', 'Drill stopped', true],
  ['simulate', 'Drill failed', true],
  ['simulate', 'Drill passed', false],
  ['live', 'Rolled back', false],
])('a record in mode %s that ended "%s" although its execution was stopped: whole is %j', (mode, ending, expected) => {
  const first = chained('r-1', emptyChain, { id: 'a', type: 'Rollback opened', at, detail: { ...detail, mode } });
  const last = chained('r-1', chainAfter(first), {
    id: 'c',
    type: 'Rollback closed',
    at,
    detail: { ending, problem: null },
  });
  const ended = recordOf([first, last]);
  const evidence = { record: ended, index: indexAttributes(ended), events: [first, last], hosts: [] };
  expect(historyIntegrity({ ...evidence, witness: chainAfter(last), outcome: 'Needs a person' }).whole).toBe(expected);
});

test('a RECORD that has not been indexed yet does not make a history less whole', () => {
  expect(judged({ index: {} })).toMatchObject({ whole: true });
});

test('index attributes of another format make a history less whole, because nobody compared them', () => {
  const other = { ...index, summary: { ...(index['summary'] as object), format: 99 } };
  expect(judged({ index: other })).toEqual({
    whole: false,
    says: "The RECORD's index does NOT match its events: summary (format 99, not 1; if a newer version of the product wrote it, use that version)",
  });
});

describe('index attributes of the format of an older opening', () => {
  const first = chained('r-1', emptyChain, {
    ...{ id: 'a', type: 'Rollback opened', at },
    detail: { ...detail, index_format: 0 },
  });
  const made = recordOf([first]);
  const common = { record: made, events: [first], hosts: [], witness: undefined };
  const ofFormat = (format: unknown, indexed = false) =>
    judged({ ...common, indexed, index: { ...indexAttributes(made), by_phase: '9', summary: { format } } }).whole;

  test('are not compared until Reconcile has written them again', () => {
    expect([ofFormat(0), ofFormat(0, true)]).toEqual([true, false]);
  });
  test.each([1, 2, -1, '0', null, undefined])('are compared if the RECORD has the format %j instead', (format) => {
    expect(ofFormat(format)).toBe(false);
  });
});

describe('`answered` that was added to a host report', () => {
  const added = (verdict: KeptVerdict['verdict'], more: object) => {
    const one = { ...report, verdict };
    const first = chained('r-1', emptyChain, { id: 'a', type: 'Rollback opened', at, detail: { ...detail, ...more } });
    const done = { step: 'clear-cache', hosts_done: 1, hosts: 1, reports: { 'clear-cache': reportsHash([one]) } };
    const all = [first, chained('r-1', chainAfter(first), { id: 'b', type: 'Step done', at, detail: done })];
    const hosts: KeptVerdict[] = [{ ...one, answered: true }];
    return judged({ record: recordOf(all), index: undefined, events: all, hosts, witness: undefined }).whole;
  };
  test.each(['done', 'failed'] as const)('is found on a step that is %s', (verdict) => {
    expect(added(verdict, { index_format: 1 })).toBe(false);
  });
  test('is found on a step that is done of an older version', () => {
    expect(added('done', {})).toBe(false);
  });
  test('is not found on a failed step of a version whose hashes left it out', () => {
    expect(added('failed', {})).toBe(true);
  });
});

const unindexed = { ...hostKey('r-1', 'clear-cache', 'i-1'), rollback: 'r-1', ...report };
const hostItem = { ...unindexed, ...hostIndexAttributes('i-1', 'r-1', 'clear-cache', at) };

test.each<[string, Record<string, unknown>]>([
  ['as the product stores it', hostItem],
  ['that was answered', { ...hostItem, answered: true }],
  ['that has not been indexed yet', unindexed],
])('a HOST item %s does not make a history less whole', (_, item) => {
  expect(judged({ hostItems: [item] })).toMatchObject({ whole: true });
});

test.each<[string, Record<string, unknown>]>([
  ['by_host', { ...hostItem, by_host: 'i-2' }],
  ['by_host', { ...hostItem, by_host: undefined }],
  ['started', { ...hostItem, started: '2020' }],
  ['by_operator', { ...hostItem, by_operator: 'mallory' }],
  ['summary', { ...hostItem, summary: {} }],
  ['zzz', { ...hostItem, zzz: 'failed' }],
  ['rollback', { ...hostItem, rollback: 'r-2' }],
  ['answered', { ...hostItem, answered: 'yes' }],
])('a HOST item with another %s is not whole', (name, item) => {
  expect(judged({ hostItems: [item] })).toEqual({
    whole: false,
    says: `HOST items do NOT match their verdicts: clear-cache#i-1: ${name}`,
  });
});

describe('index attributes that are all missing', () => {
  const opened = (more: object) => {
    const first = chained('r-1', emptyChain, { id: 'a', type: 'Rollback opened', at, detail: { ...detail, ...more } });
    const { id, type, detail: done } = stepDone;
    return [first, chained('r-1', chainAfter(first), { id, type, at, detail: done })];
  };
  const stripped = (more: object, indexed: boolean) => {
    const all = opened(more);
    const made = recordOf(all);
    const common = { record: made, events: all, witness: undefined, indexed };
    const says = (changes: object) => judged({ ...common, index: indexAttributes(made), ...changes }).says;
    return [says({ index: {} }), says({ hostItems: [unindexed] })];
  };
  const found = [
    expect.stringMatching(/^The RECORD's index does NOT match its events: by_operator, .*, started, summary$/),
    'HOST items do NOT match their verdicts: clear-cache#i-1: by_host, clear-cache#i-1: started',
  ];

  test('are found in a rollback whose opening event says that its functions write them', () => {
    expect(stripped({ index_format: 1 }, false)).toEqual(found);
  });
  test('are found in an older rollback once Reconcile has added them to all items', () => {
    expect(stripped({}, true)).toEqual(found);
  });
  test('are no finding in an older rollback before that', () => {
    expect(stripped({}, false)).toEqual([expect.stringMatching(/^whole/), expect.stringMatching(/^whole/)]);
  });
});

test('an item that no reader understands is named by its key', () => {
  const strange = [{ pk: 'ROLLBACK#r-1', sk: 'frozen' }];
  expect(judged({ strange })).toEqual({
    whole: false,
    says: 'ADDED: pk "ROLLBACK#r-1", sk "frozen" is no item of this product. Find out who wrote it',
  });
});

describe("the execution's own ending", () => {
  test('is the same in a whole history', () => {
    expect(judged({ outcome: 'Needs a person' })).toMatchObject({ whole: true });
  });

  test('that differs from that of the RECORD is named', () => {
    expect(judged({ outcome: 'Rolled back' })).toEqual({
      whole: false,
      says: "The RECORD's ending is NOT the execution's own: Needs a person, and the execution ended Rolled back",
    });
  });

  const stillOpen = { record: recordOf([opening, stepDone]), events: [opening, stepDone], witness: undefined };

  test('may be missing in the RECORD if the execution was stopped: Reconcile writes it', () => {
    expect(judged({ ...stillOpen, index: {}, outcome: 'Needs a person' })).toMatchObject({ whole: true });
  });

  test('may not be missing if the execution ended well', () => {
    expect(judged({ ...stillOpen, index: {}, outcome: 'Rolled back' })).toMatchObject({
      whole: false,
      says: "The RECORD's ending is NOT the execution's own: none, and the execution ended Rolled back",
    });
  });
});

describe('a history is not whole', () => {
  test.each<[string, Partial<Evidence>, string]>([
    [
      'if the record has another ending',
      { record: { ...record, ending: 'Rolled back' } },
      'The RECORD does NOT match its events: ending',
    ],
    [
      'if the record has another operator',
      { record: { ...record, operator: 'mallory' } },
      'The RECORD does NOT match its events: operator',
    ],
    [
      'if the record has a field that no event makes',
      { record: { ...record, approved_by: 'the board' } as Evidence['record'] },
      'The RECORD has fields that no event makes: approved_by. If a newer version of the product wrote them, use that version',
    ],
    [
      'if an event was changed',
      { events: [opening, stepDone, { ...closing, detail: { ending: 'Rolled back', problem: null } }] },
      'BROKEN at event 3: changed, missing or out of place',
    ],
    [
      'if the last event is missing',
      { events: [opening, stepDone] },
      'BROKEN at event 3: changed, missing or out of place',
    ],
    [
      'if the first event is missing',
      { events: [stepDone, closing] },
      'BROKEN at event 1: changed, missing or out of place',
    ],
    [
      'if the last event is missing and the record was rebuilt without it',
      { events: [opening, stepDone], record: recordOf([opening, stepDone]), index: {} },
      "BROKEN: event 3 is missing, or differs from the execution's own history",
    ],
    [
      'if its RECORD is filed under another operator',
      { index: { ...index, by_operator: 'mallory' } },
      "The RECORD's index does NOT match its events: by_operator",
    ],
    [
      'if its RECORD is hidden from an index',
      { index: { ...index, by_mode: undefined } },
      "The RECORD's index does NOT match its events: by_mode",
    ],
    [
      'if its summary was taken away',
      { index: { ...index, summary: undefined } },
      "The RECORD's index does NOT match its events: summary",
    ],
    [
      "if a host's report was changed",
      { hosts: [{ ...report, report: { lost: true } }] },
      'Host reports do NOT match their events: clear-cache',
    ],
    ["if a host's report is missing", { hosts: [] }, 'Host reports do NOT match their events: clear-cache'],
  ])('%s', (_, changes, says) => {
    expect(judged(changes)).toEqual({ whole: false, says });
  });
});
