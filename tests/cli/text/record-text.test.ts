import { describe, expect, test } from 'vitest';
import { recordText } from '../../../cli/text/record-text.ts';
import { chainAfter, chained, type EventType, emptyChain, type RollbackEvent } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';

const opened = {
  phase: 2,
  phase_name: 'Analysis Engine',
  trigger: 'cascade_failure',
  start_time: '2026-03-02T09:00:00.000Z',
  severity: 'HIGH',
  deadline: '2026-03-02T10:00:00.000Z',
  reason: 'red',
  operator: null,
  mode: 'live',
  execution_arn: 'arn:r-1',
  fleet: 'trading',
};

/** Returns a rollback's text after these events, one per minute. */
const textAfter = (...happened: readonly [EventType, Record<string, unknown>][]): string => textOf(opened, ...happened);
const textOf = (...all: Parameters<typeof eventsOf>): string => recordText(recordOf(eventsOf(...all)));
function eventsOf(opening: object, ...happened: readonly [EventType, Record<string, unknown>][]): RollbackEvent[] {
  const events: RollbackEvent[] = [];
  for (const [i, [type, detail]] of ([['Rollback opened', opening], ...happened] as typeof happened).entries()) {
    const last = events.at(-1);
    const at = `2026-03-02T09:0${i}:00.000Z`;
    events.push(chained('r-1', last ? chainAfter(last) : emptyChain, { id: String(i), type, at, detail }));
  }
  return events;
}

const why = ['HIGH is rolled back after assessment.'];
const decided: [EventType, Record<string, unknown>] = ['Decided', { decision: 'ask confirm', why }];
const asked: [EventType, Record<string, unknown>] = [
  'Question asked',
  { number: 1, kind: 'confirm', why, asked_at: '2026-03-02T09:02:00.000Z', deadline: '2026-03-02T09:17:00.000Z' },
];
const answered: [EventType, Record<string, unknown>] = [
  'Answer given',
  { number: 1, answer: 'rollback', operator: 'ana', reason: 'bad fills', at: '2026-03-02T09:03:00.000Z', by: 'arn:x' },
];

test('shows the deadline, and whether it was missed', () => {
  expect(textAfter()).toMatch(/deadline {16}2026-03-02T10:00:00\.000Z\n {2}limit_missed {12}false/);
  expect(textAfter(['Limit missed', {}])).toMatch(/limit_missed {12}true/);
});

test('shows the assessment with its reasons, and the decision', () => {
  const assessed = { severity: 'HIGH', deadline: opened.deadline, reasoning: ['Latency doubled.', 'More than 30 %.'] };
  const text = textAfter(['Severity assessed', assessed], decided);
  expect(text).toMatch(/DECISION\n {2}assessed {16}Latency doubled\.\n {26}More than 30 %\.\n/);
  expect(text).toMatch(/ {2}decided {17}ask confirm: HIGH is rolled back after assessment\.\n/);
});

test('names the alarms that joined it', () => {
  const alarm = 'rollback-local-phase-2-data_corruption';
  const joined = { by: 'r-2', alarm, trigger: 'data_corruption', severity: 'CRITICAL', changed_at: opened.start_time };
  expect(textAfter(['Alarm joined', joined])).toContain(
    `joined by               ${alarm}, CRITICAL, at 2026-03-02T09:00:00`,
  );
});

test('shows an open question with its time and deadline', () => {
  expect(textAfter(decided, asked)).toContain(
    [
      'QUESTION 1',
      '  confirm                 HIGH is rolled back after assessment.',
      '  asked                   2026-03-02T09:02:00.000Z, answer by 2026-03-02T09:17:00.000Z',
      '  settled                 not yet: the question is open',
    ].join('\n'),
  );
});

test('shows the claimed operator apart from the verified principal', () => {
  expect(textAfter(decided, asked, answered)).toContain(
    '  rollback                ana, not verified yet, at 2026-03-02T09:03:00.000Z: bad fills',
  );
  const verified: [EventType, Record<string, unknown>] = ['Principal verified', { by: 'arn:x', principal: 'arn:ana' }];
  expect(textAfter(decided, asked, answered, verified)).toContain('ana, verified as arn:ana, at 2026-03-02T09:03');
});

test('shows how a question was settled, and by whom', () => {
  const settled: [EventType, Record<string, unknown>] = [
    'Question settled',
    { number: 1, outcome: 'rollback', by: 'ana (arn:ana) answered rollback' },
  ];
  expect(textAfter(decided, asked, answered, settled)).toContain(
    '  settled                 rollback, at 2026-03-02T09:04:00.000Z: ana (arn:ana) answered rollback',
  );
});

test('shows no decision before there is one', () => {
  expect(textAfter()).not.toMatch(/DECISION|QUESTION/);
});

test('counts hosts that a step was not sent to apart from those on which it failed', () => {
  const counts = {
    hosts: 60,
    hosts_done: 50,
    not_sent: 9,
    attempt: 3,
    failed: [{ host: 'host-7', reason: 'disk full' }],
  };
  const text = textAfter(
    ['Hosts frozen', { hosts: 60, not_online: [] }],
    ['Step started', { step: 'clear-cache', attempt: 3 }],
    ['Step failed', { step: 'clear-cache', ...counts }],
  );
  expect(text).toMatch(/clear-cache +failed +50\/60 hosts \(not sent to 9\), 3 attempts, 60\.0 s/);
});

test('gives the reason beside data_loss if it is not known', () => {
  const host = {
    step: 'clear-cache',
    instance_id: 'i-1',
    name: 'host-1',
    reason: 'exit 1',
    report: null,
    command_id: 'c',
  };
  const events = eventsOf(
    opened,
    ['Hosts frozen', { hosts: 1, not_online: [] }],
    ['Step started', { step: 'clear-cache', attempt: 1 }],
    ['Rollback closed', { ending: 'Needs a person', problem: null, data_loss: null }],
  );
  expect(recordText(recordOf(events), [{ ...host, verdict: 'failed' }])).toMatch(
    /data_loss +- \(not known: clear-cache ended without a report on 1 of 1 hosts\)\n/,
  );
});

test('shows beside restored_to which paths moved', () => {
  const confirmed: [EventType, Record<string, unknown>] = [
    'Recovery confirmed',
    { version: 'pre-phase4', checks: [], hosts_done: 1, hosts: 1 },
  ];
  const restoredTo = (paths: string[]) =>
    /restored_to +(.+)/.exec(textOf({ ...opened, restores: { paths, by: [] } }, confirmed))?.[1];
  expect(restoredTo([])).toBe('pre-phase4 (no code is restored, only flags and state)');
  expect(restoredTo(['a.py'])).toBe('pre-phase4 (only a.py is restored)');
  expect(textAfter()).toMatch(/restored_to {13}-\n/);
});

describe('later phases, which are undone with the whole tree,', () => {
  const whole = { ...opened, also_undone: [3, 4] };
  const ran: [EventType, Record<string, unknown>] = ['Step started', { step: 'restore', attempt: 1 }];
  const closed = (ending: string): [EventType, Record<string, unknown>] => [
    'Rollback closed',
    { ending, problem: null },
  ];

  test.each<[string, [EventType, Record<string, unknown>][], string]>([
    ['are undone if it rolled back', [ran, closed('Rolled back')], 'phases 3, 4'],
    ['are not undone yet if it has not acted', [], 'phases 3, 4, once the tree is restored'],
    [
      'are perhaps undone if it stopped half way',
      [ran, closed('Needs a person')],
      'perhaps phases 3, 4: the rollback stopped half way',
    ],
    ['are not undone if it never acted', [closed('Stood down')], '-'],
  ])('%s', (_, events, shown) => {
    expect(textOf(whole, ...events)).toMatch(new RegExp(`also_undone {13}${shown}\n`));
  });

  test('are undone if it stopped after its tree was restored', () => {
    const restored: [EventType, Record<string, unknown>] = ['Step done', { step: 'restore', hosts_done: 3 }];
    const opening = { ...whole, restores: { paths: ['.'], by: ['restore'] } };
    expect(textOf(opening, ran, restored, closed('Needs a person'))).toMatch(/also_undone {13}phases 3, 4\n/);
  });

  test('are not undone if only some paths are restored', () => {
    expect(textAfter(ran, closed('Rolled back'))).toMatch(/also_undone {13}-\n/);
  });
});

test('shows each overridden flag with its override before and after', () => {
  const flags = { data_source: 'barchart', success_metrics: false };
  const before = { data_source: 'databento', success_metrics: null };
  expect(textAfter(['Flags overridden', { step: 's', flags, version: 4, before }])).toContain(
    'FLAGS  override before -> after\n  data_source             databento -> barchart\n  success_metrics         none -> false\n',
  );
  expect(textAfter()).not.toContain('FLAGS');
});

test('shows the step at which a person had it begin, and what was done of the others', () => {
  const begins_at = {
    ...{ step: 'verify', name: 'Verify', operator: 'ana', reason: 'the rest is done' },
    before: [
      {
        step: 'stop-feed',
        done_by: [{ rollback: 'r-0', hosts: 1, names: ['host-1'] }],
        left_out: { hosts: 1, names: ['host-2'] },
      },
      { step: 'restore', done_by: [], left_out: { hosts: 0, names: [] }, checked: true },
    ],
    not_repeated: [],
  };
  const text = textAfter(
    ['Begins at step', { begins_at }],
    ['Step passed over', { step: 'stop-feed', hosts: 2, done_before: 1, left_out: 1 }],
    ['Step passed over', { step: 'restore', hosts: 2, version: 'v1', code_at_target: 2 }],
  );
  expect(text).toContain(`BEGAN AT  Verify, as ana wanted: the rest is done
  stop-feed                     not run: done by rollback r-0 on host-1; left out on host-2
  restore                       not run: the code of every host was at the target (2 hosts)
STEPS
  no step has started`);
});
