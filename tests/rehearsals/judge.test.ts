import { describe, expect, test } from 'vitest';
import { chained, emptyChain, endOf, type RollbackEvent } from '../../domain/history/event.ts';
import type { Execution, PublishedMessage, RemoteAccount } from '../../rehearsals/account.ts';
import { judge } from '../../rehearsals/judge.ts';
import { type Outcome, storySchema } from '../../rehearsals/story.ts';

const START = Date.parse('2026-01-05T09:00:00Z');
const executionOf = (machine: string, name: string, status = 'SUCCEEDED'): Execution => ({
  arn: `arn:aws:states:us-east-1:000000000000:execution:rollback-local-${machine}:${name}`,
  status,
  started_at: '2026-01-05T09:00:05.000Z',
  transitions: 8,
  lambda_invocations: 6,
});
/** Returns a stored chain of two events. */
function eventsOf(rollback: string): RollbackEvent[] {
  const at = '2026-01-05T09:00:05.000Z';
  const opened = chained(rollback, emptyChain, { id: 'rollback-opened', type: 'Rollback opened', at, detail: {} });
  const closed = { id: 'rollback-closed', type: 'Rollback closed' as const, at, detail: {} };
  return [opened, chained(rollback, endOf([opened]), closed)];
}

const sent = (message: string, rollback = 'one'): PublishedMessage => ({
  at: '2026-01-05T09:00:05.000Z',
  topic: 'operators',
  message: 'body',
  attributes: { message, rollback },
});
const recordOf = (changed: Record<string, unknown> = {}) => ({
  rollback_id: 'one',
  ending: 'Rolled back',
  completion_time: '2026-01-05T09:00:11.437Z',
  fleet: 'trading',
  problem: null,
  severity: 'HIGH',
  events: 2,
  head: endOf(eventsOf(String(changed['rollback_id'] ?? 'one'))).head,
  ...changed,
});

type World = {
  executions?: Execution[];
  records?: Record<string, Record<string, unknown>>;
  hosts?: Record<string, Record<string, unknown>>;
  held?: boolean;
  blocked?: Record<string, unknown>[];
  messages?: PublishedMessage[];
  events?: RollbackEvent[];
  unmet?: string[];
  found?: string[];
  outputs?: Record<string, unknown>;
  alarms?: Record<string, string>;
};

/** Judges outcomes on an account with one rollback of phase 1 that rolled back, unless `world` changes it. */
function judged(outcomes: Outcome | Outcome[], world: World = {}) {
  const { executions = [executionOf('phase-1', 'one')], held = false } = world;
  const records: World['records'] = world.records ?? { one: recordOf() };
  const account = {
    executions: async () => executions,
    record: async (id: string) => records[id],
    events: async (id: string) => world.events ?? (records[id] ? eventsOf(id) : []),
    messages: async () => world.messages ?? [],
    fleetIsHeld: async () => held,
    blocked: async () => world.blocked ?? [],
    outputOf: async (arn: string) => world.outputs?.[arn.split(':').at(-1) ?? ''],
    unmetFaults: async () => world.unmet ?? [],
    alarmState: async (name: string) => world.alarms?.[name] ?? 'no such alarm',
  } as Partial<RemoteAccount> as RemoteAccount;
  const story = storySchema.parse({
    name: 'A story',
    when: [{ at: '0s', start: { phase: 1 } }],
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    then: {},
  });
  return judge(
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    { ...story, then: [outcomes].flat() },
    {
      account,
      arnOf: (machine) => `arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-${machine}`,
      start: START,
      hosts: world.hosts ?? { 'host-1': { version: 'pre-phase1-stable' } },
      accountEvents: [],
      requests: [],
      found: world.found ?? [],
    },
  );
}

const found = async (outcome: Outcome | Outcome[], world?: World) => (await judged(outcome, world)).differences;

test('a story with the expected outcome passes', async () => {
  const outcome = {
    ending: 'Rolled back',
    within: 15,
    record: { severity: 'HIGH' },
    hosts: { version: 'pre-phase1-stable' },
    fleet: 'free' as const,
  };
  expect(await judged(outcome)).toMatchObject({ passed: true, differences: [] });
});

test('the result shows the judged execution, its record and events', async () => {
  expect(await judged({})).toMatchObject({
    ending: 'Rolled back',
    rollback: { rollback_id: 'one' },
    events: [{ rollback: 'one' }, { rollback: 'one' }],
    execution: { status: 'SUCCEEDED', transitions: 8 },
  });
});

test('other messages may come between the expected ones', async () => {
  const messages = [sent('initial-alert'), sent('reminder'), sent('rollback-complete')];
  expect(await found({ messages: ['initial-alert', 'rollback-complete'] }, { messages })).toEqual([]);
});

test('the result shows a flag once, or per host if the hosts differ', async () => {
  const hosts = { 'host-1': { data_source: 'barchart' }, 'host-2': { data_source: 'barchart' } };
  expect((await judged({}, { hosts })).flags).toEqual({ data_source: 'barchart' });
  const apart = { ...hosts, 'host-2': { data_source: 'databento' } };
  expect((await judged({}, { hosts: apart })).flags).toEqual({
    data_source: { 'host-1': 'barchart', 'host-2': 'databento' },
  });
});

describe('a difference names what was expected and found', () => {
  test('if no rollback was started', async () => {
    expect(await found({ ending: 'Rolled back' }, { executions: [] })).toEqual([
      'the rollback: expected an execution, found none',
    ]);
  });

  test('if a message offers a command twice', async () => {
    const message = 'Relapsed.\nnpm run rollback -- show one\nNext:\nnpm run rollback -- show one\n';
    expect(await found({}, { messages: [{ ...sent('relapse'), message }] })).toEqual([
      'message relapse: expected each command once, found this one again: npm run rollback -- show one',
    ]);
  });

  test('in the ending, with the reason for it', async () => {
    const records = { one: recordOf({ ending: 'Needs a person', problem: '1 of 3 hosts: host-2 (exit 1)' }) };
    expect(await found({ ending: 'Rolled back' }, { records })).toEqual([
      'the rollback: expected ending Rolled back, found Needs a person (1 of 3 hosts: host-2 (exit 1))',
    ]);
  });

  test('if there is no record, with the execution’s status', async () => {
    const world = { records: {}, executions: [executionOf('phase-1', 'one', 'FAILED')] };
    expect(await found({ ending: 'Rolled back' }, world)).toEqual([
      'the rollback: expected ending Rolled back, found no ending; its execution is FAILED',
    ]);
  });

  test('in the duration', async () => {
    expect(await found({ within: 10 })).toEqual([
      'the rollback: expected an ending within 10 s, found it after 11.437 s',
    ]);
  });

  test('if it never ended', async () => {
    const records = { one: recordOf({ completion_time: null }) };
    expect(await found({ within: 10 }, { records })).toEqual([
      'the rollback: expected an ending within 10 s, found none',
    ]);
  });

  test('in a part of the record', async () => {
    expect(await found({ record: { severity: 'LOW' } })).toEqual([
      'the rollback, record.severity: expected "LOW", found "HIGH"',
    ]);
  });

  test('in a part of an event', async () => {
    const [opened, closed] = eventsOf('one');
    const events = [opened, closed] as RollbackEvent[];
    expect(await found({ events: { 'Rollback closed': { fleet: 'free' } } }, { events })).toEqual([
      'the rollback, Rollback closed.fleet: expected "free", found nothing',
    ]);
  });

  test('in the result of any host check', async () => {
    const executions = [executionOf('look', 'early'), executionOf('phase-1', 'one'), executionOf('look', 'late')];
    const world = { executions, outputs: { early: { verdict: 'FAIL' }, late: { verdict: 'PASS' } } };
    expect(await found([{ look: { verdict: 'FAIL' } }, { look: { verdict: 'FAIL' }, execution: 2 }], world)).toEqual([
      'look 2.verdict: expected "FAIL", found "PASS"',
    ]);
  });

  test('on any host', async () => {
    const hosts = { 'host-1': { version: 'pre-phase1-stable' }, 'host-2': { version: 'v1.4.0' } };
    expect(await found({ hosts: { version: 'pre-phase1-stable' } }, { hosts })).toEqual([
      'host-2.version: expected "pre-phase1-stable", found "v1.4.0"',
    ]);
  });

  test('in the start time', async () => {
    expect(await found({ begins_within: 4 })).toEqual([
      'the rollback: expected to begin within 4 s, found it began after 5 s',
    ]);
  });

  test('in a flag on any host', async () => {
    const hosts = { 'host-1': { data_source: 'barchart' }, 'host-2': { data_source: 'databento' } };
    expect(await found({ flags: { data_source: 'barchart' } }, { hosts })).toEqual([
      'host-2.data_source: expected "barchart", found "databento"',
    ]);
  });

  test.each([
    ['one is missing', [sent('initial-alert')], 'initial-alert'],
    ['the order differs', [sent('rollback-complete'), sent('initial-alert')], 'rollback-complete, initial-alert'],
    ['all are of another rollback', [sent('initial-alert', 'two'), sent('rollback-complete', 'two')], 'none'],
  ])('in its messages: %s', async (_, messages, names) => {
    expect(await found({ messages: ['initial-alert', 'rollback-complete'] }, { messages })).toEqual([
      `the rollback: expected messages initial-alert, rollback-complete in this order, found ${names}`,
    ]);
  });

  test('in a broken chain, even if the story expects nothing of the history', async () => {
    const [opened, closed] = eventsOf('one');
    const events = [opened, { ...closed, detail: { ending: 'Rolled back' } }] as RollbackEvent[];
    expect(await found({}, { events })).toEqual([
      'the rollback, history: the chain breaks at event 2 (Rollback closed)',
    ]);
  });

  test('in the state of an alarm', async () => {
    const alarms = { 'review-overdue': 'OK' };
    expect(await found({ alarms: { 'review-overdue': 'ALARM' } }, { alarms })).toEqual([
      'alarm review-overdue: expected ALARM, found OK',
    ]);
    expect(await found({ alarms: { 'review-overdu': 'OK' } }, { alarms })).toEqual([
      'alarm review-overdu: expected OK, found no such alarm',
    ]);
  });

  test('in whether the fleet is held', async () => {
    expect(await found({ fleet: 'free' }, { held: true })).toEqual(['fleet trading: expected free, found held']);
  });

  test('if a fault of the story never struck', async () => {
    const unmet = ['ssm:SendCommand was due to fail with ThrottlingException 2 more times, and was not called'];
    expect(await found({}, { unmet })).toEqual(unmet);
  });
});

describe('with more than one execution', () => {
  const executions = [
    executionOf('release', 'freed'),
    executionOf('phase-1', 'one'),
    executionOf('phase-10', 'ten'),
    executionOf('phase-1', 'two'),
  ];
  const records = {
    one: recordOf({ ending: 'Needs a person' }),
    two: recordOf({ rollback_id: 'two' }),
    ten: recordOf({ rollback_id: 'ten', ending: 'Stood down' }),
  };
  const world = { executions, records };

  test('judges the first of any phase unless the outcome names one', async () => {
    expect(await found({ ending: 'Needs a person' }, world)).toEqual([]);
  });

  test('counts the executions of a phase by start', async () => {
    expect(await found({ phase: 1, execution: 2, ending: 'Rolled back' }, world)).toEqual([]);
  });

  test('does not take phase 10 for phase 1', async () => {
    expect(await found({ phase: 10, ending: 'Stood down' }, world)).toEqual([]);
  });

  test('names the execution in a difference', async () => {
    expect(await found({ phase: 1, execution: 3 }, world)).toEqual([
      'phase 1, execution 3: expected an execution, found none',
    ]);
  });

  test('shows the execution of the first block', async () => {
    const blocks = [{ phase: 1, execution: 2 }, { phase: 1 }];
    expect((await judged(blocks, world)).rollback).toMatchObject({ rollback_id: 'two' });
  });
});

test('versions that are blocked without being expected are a difference', async () => {
  const blocked = [{ version: 'v1.4.0', phase: 1, operator: null }];
  expect(await found({ blocked: [{ version: 'v1.4.0', phase: 1 }] }, { blocked })).toEqual([]);
  expect(await found({ blocked: [] }, { blocked })).toEqual([
    expect.stringMatching(/^blocked versions: expected \[\], /),
  ]);
});
