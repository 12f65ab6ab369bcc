import { describe, expect, test } from 'vitest';
import { runbookSchema } from '../../domain/runbook.ts';
import type { Task } from '../../statemachines/asl.ts';
import { readHostDocuments, readRunbooks } from '../../statemachines/files.ts';
import type { HostDocument } from '../../statemachines/host-document.ts';
import { attemptSeconds, phaseMachine } from '../../statemachines/phase-machine.ts';

const runbook = runbookSchema.parse({
  phase: 2,
  name: 'Analysis Engine',
  target: {
    version: 'phase2-rollback',
    paths: ['engine', 'config'],
    copies: [
      { from: 'a', to: 'b' },
      { from: 'c', to: 'd' },
    ],
  },
  steps: [
    {
      name: 'Clear signal cache',
      stage: 'immediate',
      script: 'clear-cache.py',
      timeout: '2m',
      parameters: { Folder: 'outputs' },
    },
    { name: 'Restore algorithm', stage: 'recovery', script: 'restore.py', timeout: '5m' },
  ],
  confirm: { script: 'look.sh', timeout: '1m' },
});
const document = (id: string): HostDocument => ({ id, content: {}, sha256: `sum of ${id}` });
const { States, ...machine } = phaseMachine(runbook, ['clear-cache', 'restore', 'look', 'other'].map(document));
const payload = (state: string) => ((States[state] as Task).Arguments as { Payload: Record<string, unknown> }).Payload;

test('the happy path stands first, in order, and reads as the procedure', () => {
  const path = [machine.StartAt];
  for (let state = States[machine.StartAt]; state && state.Type !== 'Succeed'; state = States[path.at(-1) ?? ''])
    path.push(state.Type === 'Choice' ? (state.Choices[0]?.Next ?? '') : (state as Task).Next);
  expect(path).toEqual([
    'Open rollback',
    'Take the fleet',
    'Clear signal cache',
    'Restore algorithm',
    'Confirm recovery',
    'Did every host recover?',
    'Close rollback',
    'Rolled back',
  ]);
  expect(Object.keys(States).slice(0, path.length)).toEqual(path);
});

test('whatever fails is closed as needs a person; a closing that fails ends there too', () => {
  const caught = Object.entries(States).flatMap(([name, state]) =>
    state.Type === 'Task' ? state.Catch.map(({ ErrorEquals, Next }) => [name, ErrorEquals.join(), Next]) : [],
  );
  expect(caught).toEqual([
    ['Open rollback', 'InvalidInput', 'Input refused'],
    ['Open rollback', 'States.ALL', 'Close as needs a person'],
    ['Take the fleet', 'States.ALL', 'Close as needs a person'],
    ['Clear signal cache', 'States.ALL', 'Close as needs a person'],
    ['Restore algorithm', 'States.ALL', 'Close as needs a person'],
    ['Confirm recovery', 'States.ALL', 'Close as needs a person'],
    ['Close rollback', 'States.ALL', 'Needs a person'],
    ['Close as needs a person', 'States.ALL', 'Needs a person'],
  ]);
});

test('only PASS is recovery', () => {
  expect(States['Did every host recover?']).toMatchObject({
    Choices: [{ Condition: "{% $verdict = 'PASS' %}", Next: 'Close rollback' }],
    Default: 'Close as needs a person',
  });
});

test('the opening compares the documents that this runbook uses, and no others', () => {
  expect(payload('Open rollback')['documents']).toEqual([
    { name: 'rollback-${Environment}-clear-cache', sha256: 'sum of clear-cache' },
    { name: 'rollback-${Environment}-restore', sha256: 'sum of restore' },
    { name: 'rollback-${Environment}-look', sha256: 'sum of look' },
  ]);
});

test('the opening gets the input as it was given, whatever it is', () => {
  expect(payload('Open rollback')['execution']).toMatchObject({ input: '{% $states.input %}' });
});

describe('a step', () => {
  test('is its document, how long it may take, and all that is known of it before the rollback', () => {
    expect(payload('Clear signal cache')['step']).toEqual({
      id: 'clear-signal-cache',
      name: 'Clear signal cache',
      document: 'rollback-${Environment}-clear-cache',
      timeout_seconds: 120,
      attempt_seconds: 210,
      parameters: {
        Step: 'clear-signal-cache',
        Kind: 'step',
        Mode: 'live',
        Tree: '${Tree}',
        State: '${State}',
        Target: 'phase2-rollback',
        Paths: 'engine config',
        Copies: 'a>b c>d',
        Folder: 'outputs',
      },
    });
  });

  test('is tried two more times, 10 s apart', () => {
    expect((States['Clear signal cache'] as Task).Retry[1]).toEqual({
      ErrorEquals: ['StepFailed'],
      IntervalSeconds: 10,
      BackoffRate: 1,
      MaxAttempts: 2,
    });
  });
});

test('the check is run as a check, and knows which steps must be done', () => {
  expect(payload('Confirm recovery')).toMatchObject({
    steps: ['clear-signal-cache', 'restore-algorithm'],
    target_version: 'phase2-rollback',
    check: {
      id: 'confirm-recovery',
      document: 'rollback-${Environment}-look',
      parameters: { Step: 'confirm-recovery', Kind: 'check' },
    },
  });
});

test('an attempt is over after delivery, the time of the script, and the last poll', () => {
  expect(attemptSeconds(120)).toBe(60 + 120 + 30);
});

type Command = {
  readonly name: string;
  readonly document: string;
  readonly timeout_seconds: number;
  readonly parameters: Readonly<Record<string, string>>;
};

describe('what the runbooks send is what their documents take', () => {
  const runbooks = readRunbooks();
  const documents = readHostDocuments(runbooks);
  /** As an environment and a rollback fill them in. */
  const filled = (value: string) => value.replace('${Tree}', '/opt/trading').replace('${State}', '/var/lib/rollback');
  const ofRollback = { RollbackId: 'r'.repeat(80), Fence: '12', WindowStart: '2026-03-02T08:00:00Z' };

  const commands = runbooks.flatMap((one) =>
    Object.values(phaseMachine(one, documents).States).flatMap((state) => {
      if (state.Type !== 'Task') return [];
      const { step, check } = (state.Arguments as { Payload: { step?: Command; check?: Command } }).Payload;
      return [step ?? check].filter((command) => command !== undefined);
    }),
  );

  test.each(commands.map((command) => [command.name, command] as const))(
    '%s',
    (_, { document: name, timeout_seconds, parameters }) => {
      const id = name.replace('rollback-${Environment}-', '');
      const content = documents.find((one) => one.id === id)?.content as {
        parameters: Record<string, { allowedPattern: string }>;
      };
      const sent = { executionTimeout: String(timeout_seconds), ...parameters, ...ofRollback };
      expect(Object.keys(sent).toSorted()).toEqual(Object.keys(content.parameters).toSorted());
      for (const [key, value] of Object.entries(sent))
        expect([key, filled(value)]).toEqual([
          key,
          expect.stringMatching(new RegExp(content.parameters[key]?.allowedPattern ?? '^never$')),
        ]);
    },
  );
});
