import { describe, expect, test } from 'vitest';
import type { HostDocument } from '../../../config/host-document.ts';
import { readInfra, readTriggers } from '../../../config/infra.ts';
import { runbookSchema } from '../../../domain/infra/runbook.ts';
import { attemptSeconds } from '../../../domain/plan/attempt-time.ts';
import { type Choice, type Task, transientErrors } from '../../../statemachines/asl.ts';
import { type PhaseMachineProps, phaseMachine } from '../../../statemachines/machines/phase.ts';

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
    {
      name: 'Switch engine',
      stage: 'immediate',
      flags: { engine: 'v2.2', ab_testing: false },
      script: 'effective.py',
      timeout: '1m',
    },
    { name: 'Restore algorithm', stage: 'recovery', script: 'restore.py', timeout: '5m' },
  ],
  confirm: { script: 'look.sh', timeout: '1m', health: { script: 'health.py', timeout: '90s' } },
});
const document = (id: string): HostDocument => ({ id, content: {}, sha256: `sum of ${id}` });
const templates = {
  'initial-alert': 'A',
  'rollback-complete': 'B',
  'rollback-unverified': 'U',
  'needs-a-person': 'C',
  question: 'Q',
  'hand-over': 'H',
  'stood-down': 'S',
  'fix-forward': 'F',
  'deferred-to-next-release': 'D',
  'observed-only': 'O',
  'drill-result': 'DR',
};
const made = (changes: Partial<PhaseMachineProps> = {}) =>
  phaseMachine({
    runbook,
    runbooks: [runbook],
    documents: ['clear-cache', 'effective', 'restore', 'look', 'health', 'other'].map(document),
    triggers: readTriggers(),
    templates,
    ...changes,
  });
const { States, ...machine } = made();
const payload = (state: string) => ((States[state] as Task).Arguments as { Payload: Record<string, unknown> }).Payload;

test('the happy path comes first, in the order of the procedure', () => {
  const path = [machine.StartAt];
  for (let state = States[machine.StartAt]; state && state.Type !== 'Succeed'; state = States[path.at(-1) ?? ''])
    path.push(state.Type === 'Choice' ? (state.Choices[0]?.Next ?? '') : (state as Task).Next);
  expect(path).toEqual([
    'Open rollback',
    'Is there anything to do?',
    'Send initial alert',
    'Hold deployments', // beside the first step: nothing waits for it
    'Clear signal cache',
    'Switch engine',
    'Restore algorithm',
    'Confirm recovery',
    'Did every host recover?',
    'Close rollback',
    'Send rollback complete',
    'Rolled back',
  ]);
  // Detours that lead back, and the wait for a fleet that is not free.
  const asking = ['Ask a person', 'Read the decision', 'Take the fleet', 'Hand over to an operator', 'Resume where?'];
  const listed = Object.keys(States).filter((name) => !asking.includes(name));
  expect(listed.slice(0, path.length)).toEqual(path);
});

test('a failed task closes as needs a person; a failed message stops nothing', () => {
  const caught = Object.entries(States).flatMap(([name, state]) =>
    state.Type === 'Task' ? state.Catch.map(({ ErrorEquals, Next }) => [name, ErrorEquals.join(), Next]) : [],
  );
  expect(caught.filter(([, error]) => error !== 'RollbackOver')).toEqual([
    ['Open rollback', 'InvalidInput', 'Input refused'],
    ['Open rollback', transientErrors.ErrorEquals.join(), 'Is there anything to do?'],
    ['Open rollback', 'States.ALL', 'Is there anything to do?'],
    ['Ask a person', 'States.Timeout', 'Read the decision'],
    ['Ask a person', 'States.ALL', 'Close as needs a person'],
    ['Read the decision', 'States.ALL', 'Close as needs a person'],
    ['Take the fleet', 'NotNeeded', 'Send stood down'],
    ['Take the fleet', 'States.ALL', 'Close as needs a person'],
    ['Send initial alert', 'States.ALL', 'Hold deployments'],
    ['Hold deployments', 'States.ALL', 'Clear signal cache'],
    ['Clear signal cache', 'StepFailed', 'Hand over to an operator'],
    ['Clear signal cache', 'States.ALL', 'Close as needs a person'],
    ['Switch engine', 'StepFailed', 'Hand over to an operator'],
    ['Switch engine', 'States.ALL', 'Close as needs a person'],
    ['Restore algorithm', 'StepFailed', 'Hand over to an operator'],
    ['Restore algorithm', 'States.ALL', 'Close as needs a person'],
    ['Confirm recovery', 'States.ALL', 'Close as needs a person'],
    ['Hand over to an operator', 'States.ALL', 'Close as needs a person'],
    ['Close rollback', 'ClosingUnfinished', 'Send rollback complete'],
    ['Close rollback', 'States.ALL', 'Page a person'],
    ['Send rollback complete', 'States.ALL', 'Rolled back'],
    ['Plan the rollback', 'States.ALL', 'Close as not planned'],
    ['Close as not planned', 'States.ALL', 'Not planned'],
    ['Hold the drill', 'States.ALL', 'Close as drill failed'],
    ['Close as drill failed', 'States.ALL', 'Send drill result'],
    ['Send drill result', 'States.ALL', 'How did the drill end?'],
    ['Close as unverified', 'ClosingUnfinished', 'Send rollback unverified'],
    ['Close as unverified', 'States.ALL', 'Page a person'],
    ['Send rollback unverified', 'States.ALL', 'Rolled back, unverified'],
    ['Send stood down', 'States.ALL', 'Stood down'],
    ['Send fix forward', 'States.ALL', 'Fix forward'],
    ['Send deferred to next release', 'States.ALL', 'Deferred to next release'],
    ['Send observed only', 'States.ALL', 'Observed only'],
    ['Close as needs a person', 'States.ALL', 'Page a person'],
    ['Page a person', 'States.ALL', 'Needs a person'],
  ]);
});

test('every task but the plan and the drill ends as Not resumed if its rollback is over, before any other Catch decides', () => {
  const dry = ['Plan the rollback', 'Close as not planned', 'Hold the drill', 'Close as drill failed']; // they change nothing, so a repeat is harmless
  const tasks = Object.entries(States).filter(([name, { Type }]) => Type === 'Task' && !dry.includes(name));
  const without = tasks.filter(([, task]) => {
    const catches = (task as Task).Catch;
    const over = catches.findIndex(
      ({ ErrorEquals, Next }) => ErrorEquals.includes('RollbackOver') && Next === 'Not resumed',
    );
    return over === -1 || over > catches.findIndex(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
  });
  expect(without.map(([name]) => name)).toEqual([]);
});

describe('an opening that failed', () => {
  const caught = (States['Open rollback'] as Task).Catch;
  const reopens = ({ ErrorEquals }: { ErrorEquals: readonly string[] }) =>
    caught.find((one) => one.ErrorEquals === ErrorEquals)?.Assign['reopens'];

  test('because of an outage leaves its alarm to Reconcile; after any other error a person looks first', () => {
    expect(reopens(transientErrors)).toBe(true);
    expect(caught.at(-1)?.Assign['reopens']).toBe(false);
    expect((States['Open rollback'] as Task).Assign?.['reopens']).toBe(false);
    expect(payload('Close as needs a person')['reopens']).toBe('{% $reopens %}');
  });

  test('says what follows: Reconcile for an alarm, the person for a start by hand', () => {
    const { problem } = caught.find((one) => one.ErrorEquals === transientErrors.ErrorEquals)?.Assign ?? {};
    expect(problem).toContain("$exists($states.input.detail) ? ' Reconcile starts a new rollback within two minutes");
    expect(problem).toContain("' Start it again.'");
  });
});

type Sent = { readonly parameters: Readonly<Record<string, string>> };

describe('a plan', () => {
  test('is one task, without the states that take the fleet, send messages or change anything', () => {
    expect((States['Is there anything to do?'] as Choice).Choices).toContainEqual({
      Comment: 'plan only',
      Condition: "{% $decision = 'plan' %}",
      Next: 'Plan the rollback',
    });
    expect((States['Plan the rollback'] as Task).Next).toBe('Planned');
  });

  test('sends every step and the version check as checks in the mode plan', () => {
    const { steps, version } = payload('Plan the rollback') as { steps: Sent[]; version: Sent };
    const sent = [...steps, version];
    expect(sent.map(({ parameters }) => parameters)).toEqual(
      Array(4).fill(expect.objectContaining({ Kind: 'check', Mode: 'plan' })),
    );
    const live = payload('Clear signal cache')['step'] as Sent;
    expect(steps[0]).toEqual({
      ...live,
      script: 'clear-cache.py',
      parameters: { ...live.parameters, Kind: 'check', Mode: 'plan' },
    });
  });

  test('that cannot be opened ends as not planned; only a rollback that cannot be opened needs a person', () => {
    const caught = (States['Open rollback'] as Task).Catch.at(-1)?.Assign;
    expect(caught?.['decision']).toBe(
      "{% $states.input.mode = 'plan' ? 'not planned' : $states.input.mode = 'simulate' ? 'drill' : 'not opened' %}",
    );
    const { Choices, Default } = States['Is there anything to do?'] as Choice;
    expect(Choices.at(-1)).toMatchObject({
      Condition: "{% $decision = 'not planned' %}",
      Next: 'Close as not planned',
    });
    expect(Default).toBe('Close as needs a person');
  });
});

test('only PASS is recovery; UNVERIFIED is the recovery of all reachable hosts', () => {
  expect(States['Did every host recover?']).toMatchObject({
    Choices: [
      { Condition: "{% $verdict = 'PASS' %}", Next: 'Close rollback' },
      { Condition: "{% $verdict = 'UNVERIFIED' %}", Next: 'Close as unverified' },
    ],
    Default: 'Hand over to an operator',
  });
});

test('the opening compares only the documents that this runbook uses', () => {
  expect(payload('Open rollback')['documents']).toEqual([
    { name: 'rollback-${Environment}-clear-cache', sha256: 'sum of clear-cache' },
    { name: 'rollback-${Environment}-effective', sha256: 'sum of effective' },
    { name: 'rollback-${Environment}-restore', sha256: 'sum of restore' },
    { name: 'rollback-${Environment}-look', sha256: 'sum of look' },
    { name: 'rollback-${Environment}-health', sha256: 'sum of health' },
  ]);
});

test('the opening gets the unchanged input', () => {
  expect(payload('Open rollback')['execution']).toMatchObject({ input: '{% $states.input %}' });
});

describe('a step', () => {
  test('is its document, its timeouts, and every parameter that is known before the rollback', () => {
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
        Redis: '${Redis}',
        Protected: '${Protected}',
        Python: '${Python}',
        Paths: 'engine config',
        Copies: 'a>b c>d',
        Folder: 'outputs',
      },
    });
  });

  test('is retried twice, 10 s apart', () => {
    expect((States['Clear signal cache'] as Task).Retry[1]).toEqual({
      ErrorEquals: ['StepFailed'],
      IntervalSeconds: 10,
      BackoffRate: 1,
      MaxAttempts: 2,
    });
  });
});

test('the checks run as checks, and get the steps that must be done', () => {
  expect(payload('Confirm recovery')).toMatchObject({
    steps: ['clear-signal-cache', 'switch-engine', 'restore-algorithm'],
    target_version: 'phase2-rollback',
    version: {
      id: 'confirm-recovery',
      document: 'rollback-${Environment}-look',
      parameters: { Step: 'confirm-recovery', Kind: 'check' },
    },
    health: {
      id: 'confirm-health',
      document: 'rollback-${Environment}-health',
      timeout_seconds: 90,
      parameters: { Step: 'confirm-health', Kind: 'check' },
    },
  });
});

test('a runbook without a health check checks only versions', () => {
  const { States: states } = made({ runbook: { ...runbook, confirm: { script: 'look.sh', timeout: 60 } } });
  expect(states['Confirm recovery']).toMatchObject({ Arguments: { Payload: { health: null } } });
});

describe('the decision of the opening', () => {
  test.each([
    ['act', 'Take the fleet'],
    ['Joined the active rollback', 'Joined the active rollback'],
    ['Already handled', 'Already handled'],
    ['Stale alarm ignored', 'Stale alarm ignored'],
    ['Market not open', 'Market not open'],
  ])('%s leads to %s', (decision, next) => {
    const { Choices } = States['Is there anything to do?'] as Choice;
    expect(Choices).toContainEqual({
      Comment: expect.any(String),
      Condition: `{% $decision = '${decision}' %}`,
      Next: next,
    });
  });

  test('of any other value needs a person', () => {
    expect(States['Is there anything to do?']).toMatchObject({ Default: 'Close as needs a person' });
  });
});

test('the opening gets the rules of triggers.yaml and the runbook that decide whether a rollback begins', () => {
  expect(payload('Open rollback')['policy']).toMatchObject({
    rollback_safe: true,
    approvers: 1,
    steps: [
      { name: 'Clear signal cache', timeout: 120 },
      { name: 'Switch engine', timeout: 60 },
      { name: 'Restore algorithm', timeout: 300 },
    ],
    triggers: {
      system_failure: { severity: 'CRITICAL', when_blind: 'rollback', trust: 'auto' },
      cascade_failure: { severity: 'HIGH', when_blind: 'ignore', trust: 'auto' },
    },
  });
  expect(payload('Read the decision')['policy']).toEqual(payload('Open rollback')['policy']);
});

describe('people', () => {
  const asking = () => States['Ask a person'] as Task;

  test('are asked if the decision is to ask, and their answer leads back to the same choice', () => {
    expect((States['Is there anything to do?'] as Choice).Choices).toContainEqual({
      Comment: 'people decide',
      Condition: "{% $decision = 'ask' %}",
      Next: 'Ask a person',
    });
    expect([asking().Next, (States['Read the decision'] as Task).Next]).toEqual([
      'Read the decision',
      'Is there anything to do?',
    ]);
  });

  test('answer through a task token, until the question’s deadline but for at least a minute', () => {
    expect(asking().Resource).toBe('arn:aws:states:::lambda:invoke.waitForTaskToken');
    expect(asking().TimeoutSeconds).toBe(
      '{% $max([60, $ceil(($toMillis($question.deadline) - $toMillis($states.context.State.EnteredTime)) / 1000) + 1]) %}',
    );
    expect(payload('Ask a person')).toMatchObject({
      token: '{% $states.context.Task.Token %}',
      templates: { question: 'Q', hand_over: 'H' },
    });
  });

  test('get a message about each ending without a touched host', () => {
    const messages = ['Stood down', 'Fix forward', 'Deferred to next release', 'Observed only'].map((ending) => {
      const choice = (States['Is there anything to do?'] as Choice).Choices.find(({ Condition }) =>
        Condition.includes(`'${ending}'`),
      );
      return [choice?.Next, (States[choice?.Next ?? ''] as Task).Next];
    });
    expect(messages).toEqual([
      ['Send stood down', 'Stood down'],
      ['Send fix forward', 'Fix forward'],
      ['Send deferred to next release', 'Deferred to next release'],
      ['Send observed only', 'Observed only'],
    ]);
  });
});

describe('a rollback that could not continue', () => {
  const caught = (state: string) =>
    (States[state] as Task).Catch.find(({ ErrorEquals }) => ErrorEquals.includes('StepFailed'))?.Assign;

  test('names the state at which it stopped, and asks with the same state as every question', () => {
    expect(caught('Clear signal cache')).toEqual({
      problem: "{% '' & $states.errorOutput.Cause %}",
      stopped: '{% $states.context.State.Name %}',
    });
    expect((States['Confirm recovery'] as Task).Assign).toMatchObject({ stopped: 'Confirm recovery' });
    const handOver = States['Hand over to an operator'] as Task;
    expect(handOver.Arguments).toMatchObject({
      Payload: { stopped: '{% $stopped %}', restoring: [] }, // restore.py restores no code
    });
    expect(handOver.Next).toBe('Ask a person');
  });

  test('goes on at every step, and at the confirmation; anywhere else a person is needed', () => {
    expect((States['Is there anything to do?'] as Choice).Choices).toContainEqual({
      Comment: 'resume',
      Condition: "{% $decision = 'resume' %}",
      Next: 'Resume where?',
    });
    expect(States['Resume where?']).toMatchObject({
      Choices: ['Clear signal cache', 'Switch engine', 'Restore algorithm', 'Confirm recovery'].map((Next) => ({
        Next,
      })),
      Default: 'Close as needs a person',
    });
  });

  test('lets others act first if it goes on at the first step that judges the whole host', () => {
    const [first, second, last] = runbook.steps;
    const steps = [
      first,
      { ...second, whole: true as const },
      { ...last, whole: true as const },
    ] as typeof runbook.steps;
    const { States: those } = made({ runbook: { ...runbook, steps } });
    expect((those['Resume where?'] as Choice).Choices.map(({ Next }) => Next)).toEqual([
      'Clear signal cache',
      'Let others act',
      'Restore algorithm',
      'Confirm recovery',
    ]);
  });
});

test('a halt, if the runbook has one, comes before every step that changes a host', () => {
  const halted = runbookSchema.parse({
    phase: 2,
    name: 'Analysis Engine',
    target: { version: 'phase2-rollback', paths: ['engine'] },
    halt: { script: 'halt.py', timeout: '30s', parameters: { Script: 'scripts/cancel_orders.py' } },
    steps: [{ name: 'Restore algorithm', stage: 'recovery', script: 'restore.py', timeout: '5m' }],
    confirm: { script: 'look.sh', timeout: '1m' },
  });
  const { States: those } = made({ runbook: halted, documents: ['halt', 'restore', 'look'].map(document) });
  expect((those['Hold deployments'] as Task).Next).toBe('Halt');
  expect(those['Halt']).toMatchObject({
    Comment: 'Immediate action: halt.py on every host.',
    Arguments: {
      FunctionName: '${RunOnHosts}',
      Payload: { step: { id: 'halt', timeout_seconds: 30, parameters: { Script: 'scripts/cancel_orders.py' } } },
    },
    Next: 'Restore algorithm',
  });
  expect((those['Confirm recovery'] as Task).Arguments).toMatchObject({
    Payload: { steps: ['halt', 'restore-algorithm'] },
  });
});

test('the opening gets the later phases that are rolled back too', () => {
  const later = { ...runbook, phase: 3, target: { ...runbook.target, paths: ['engine/v3'] } };
  const { States: those } = made({ runbooks: [runbook, later] });
  expect((those['Open rollback'] as Task).Arguments).toMatchObject({ Payload: { also_undone: [3] } });
  expect(payload('Open rollback')).toMatchObject({ also_undone: [] });
});

describe('a flag', () => {
  test('is a step of its own function, with the values of the flags', () => {
    expect(States['Switch engine']).toMatchObject({
      Comment: 'Immediate action: flag engine to v2.2, flag ab_testing off, then effective.py on every host.',
      Arguments: {
        FunctionName: '${FlipFlag}',
        Payload: {
          flags: { engine: 'v2.2', ab_testing: false },
          step: {
            id: 'switch-engine',
            document: 'rollback-${Environment}-effective',
            parameters: { Flags: 'engine=v2.2 ab_testing=false', FlagFolder: '${FlagFolder}' },
          },
        },
      },
    });
  });

  test('is retried ten times, 10 s apart, because hosts poll every 45 s', () => {
    expect((States['Switch engine'] as Task).Retry[1]).toEqual({
      ErrorEquals: ['StepFailed'],
      IntervalSeconds: 10,
      BackoffRate: 1,
      MaxAttempts: 10,
    });
  });
});

describe('a message', () => {
  test.each([
    ['Send initial alert', 'initial-alert', 'A'],
    ['Send rollback complete', 'rollback-complete', 'B'],
    ['Send rollback unverified', 'rollback-unverified', 'U'],
    ['Page a person', 'needs-a-person', 'C'],
  ])('%s sends %s', (state, name, template) => {
    expect(payload(state)).toMatchObject({
      message: { name, template },
      values: { phase: 2, problem: '{% $problem %}' },
    });
  });

  test('without a text in infra/notifications is refused by name', () => {
    expect(() => made({ templates: { 'initial-alert': 'A' } })).toThrow(
      'infra/notifications/question.txt does not exist.',
    );
  });
});

test('an attempt ends after delivery, the script’s timeout, and the last poll', () => {
  expect(attemptSeconds(120)).toBe(60 + 120 + 30);
});

type Command = {
  readonly name: string;
  readonly document: string;
  readonly timeout_seconds: number;
  readonly parameters: Readonly<Record<string, string>>;
};
type Commands = { readonly step?: Command; readonly version?: Command; readonly health?: Command };

describe('the runbooks send the parameters that their documents accept', () => {
  const infra = readInfra();
  const { documents, runbooks } = infra;
  /** Fills in the values of an environment and a rollback. */
  const filled = (value: string) =>
    value
      .replace('${Tree}', '/opt/trading')
      .replace('${State}', '/var/lib/rollback')
      .replace('${Redis}', '/var/run/redis.sock')
      .replace('${Protected}', 'none')
      .replace('${Build}', '')
      .replace('${Process}', 'trading.service')
      .replace('${HoldScript}', 'scripts/hold.py')
      .replace('${HoldArguments}', '')
      .replace('${Python}', 'python3')
      .replace('${FlagFolder}', '/var/lib/appconfig')
      .replace('${OrdersScript}', 'scripts/order_state.py')
      .replace('${AllowedOrders}', 'open_orders=0 unacknowledged_orders=0');
  const ofRollback = { RollbackId: 'r'.repeat(80), Fence: '12', WindowStart: '2026-03-02T08:00:00Z' };

  const commands = runbooks.flatMap((one) =>
    Object.values(phaseMachine({ runbook: one, ...infra }).States).flatMap((state) => {
      if (state.Type !== 'Task') return [];
      const { step, version, health } = (state.Arguments as { Payload: Commands }).Payload;
      return [step, version, health].filter((command) => command !== undefined);
    }),
  );

  test.each(commands.map((command) => [command.name, command] as const))(
    '%s',
    (_, { document: name, timeout_seconds, parameters }) => {
      const id = name.replace('rollback-${Environment}-', '');
      const content = documents.find((one) => one.id === id)?.content as {
        parameters: Record<string, { allowedPattern: string; default?: string }>;
      };
      const sent = { executionTimeout: String(timeout_seconds), ...parameters, ...ofRollback };
      expect(Object.keys(content.parameters)).toEqual(expect.arrayContaining(Object.keys(sent)));
      const needed = Object.entries(content.parameters).filter(([, one]) => one.default === undefined);
      expect(Object.keys(sent)).toEqual(expect.arrayContaining(needed.map(([key]) => key)));
      for (const [key, value] of Object.entries(sent))
        expect([key, filled(value)]).toEqual([
          key,
          expect.stringMatching(new RegExp(content.parameters[key]?.allowedPattern ?? '^never$')),
        ]);
    },
  );
});

test('tasks on hosts retry transient errors twelve times, through an outage of two minutes; tasks before a page do not', () => {
  const tries = Object.entries(States).flatMap(([name, state]) =>
    state.Type === 'Task' ? [[name, state.Retry.at(-1)?.MaxAttempts] as const] : [],
  );
  expect(tries.filter(([, times]) => times === 12).map(([name]) => name)).toEqual([
    'Clear signal cache',
    'Switch engine',
    'Restore algorithm',
    'Confirm recovery',
  ]);
  expect(tries.filter(([, times]) => times === 6)).toHaveLength(tries.length - 5);
});

test('the opening retries transient errors twenty times, through an outage of some minutes: nobody else opens it', () => {
  expect((States['Open rollback'] as Task).Retry.at(-1)?.MaxAttempts).toBe(20);
});

describe('forbidden pairs', () => {
  const policyWith = (forbidden: PhaseMachineProps['runbook']['forbidden']) => {
    const opening = made({ runbook: { ...runbook, forbidden } }).States['Open rollback'] as Task;
    return (opening.Arguments as { Payload: { policy: { forbidden?: string[] } } }).Payload.policy.forbidden;
  };
  const [flag, value] = Object.entries(runbook.steps.find((one) => one.flags)?.flags ?? {})[0] ?? ['', ''];

  test('that the steps can bring a host to ask a permit, with the path', () => {
    expect(policyWith([{ version: 'before', flag, value, reason: 'it trades twice' }])).toEqual([
      expect.stringMatching(
        /^A host could run the version that it undoes with .*, which is forbidden \(it trades twice\): .* arrives\.$/,
      ),
    ]);
  });

  test('go to the opening, which asks hosts about them, and neither to the plan nor to the question', () => {
    const forbidden = [{ version: 'before', flag, value, reason: 'it trades twice' }];
    const machine = made({ runbook: { ...runbook, forbidden } });
    const runbooksOf = (state: string) =>
      ((machine.States[state] as Task).Arguments as { Payload: { runbooks: Record<string, unknown>[] } }).Payload
        .runbooks;
    const opening = (machine.States['Open rollback'] as Task).Arguments as { Payload: { looks: object[] } };
    expect(opening.Payload.looks).toMatchObject([
      {
        forbidden,
        command: { attempt_seconds: 15, parameters: { Flags: `${flag}=${value}`, Mode: 'plan', Kind: 'check' } },
      },
    ]);
    const keys = ['Plan the rollback', 'Ask a person'].flatMap(runbooksOf).flatMap((one) => Object.keys(one));
    expect(new Set(keys)).toEqual(new Set(['phase', 'name', 'target', 'steps']));
  });

  test('that no step leads to change nothing in the machine', () => {
    expect(policyWith([{ version: 'before', flag, value: 'another', reason: 'x' }])).toBeUndefined();
    expect(policyWith([])).toBeUndefined();
  });
});
