import { type Runbook, type RunbookStep, stepId } from '../domain/runbook.ts';
import type { Triggers } from '../domain/triggers-file.ts';
import {
  type Catcher,
  type Choice,
  caughtSentence,
  expression,
  invoke,
  type Retrier,
  type State,
  type StateMachine,
  type Task,
} from './asl.ts';
import { checks, documentId, type HostDocument, hostParameters } from './host-document.ts';

/** Waiting for hosts is cut into invocations of at most 5 minutes, the functions' own timeout; this is one and a margin. */
const hostTaskTimeoutSeconds = 330;

/** Delivery (60 s), the script's own time, and 30 s for the last poll: when a step's attempt is over whatever happens. */
export const attemptSeconds = (timeout: number) => 60 + timeout + 30;

/** The seed allows a rollback 4 hours at the most; the rest of a day is for a person who mends and redrives. */
const backstopSeconds = 24 * 3600;

const failed = 'Close as needs a person';

export type PhaseMachineProps = {
  readonly runbook: Runbook;
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  /** Texts of infra/notifications, by file name without ending. */
  readonly templates: Readonly<Record<string, string>>;
};

/** The state machine that rolls one phase back, as Amazon States Language. */
export function phaseMachine({ runbook, documents, triggers, templates }: PhaseMachineProps): StateMachine {
  const { phase, name, steps } = runbook;
  const message = (file: string, comment: string, next: string) =>
    sendMessage(runbook, { file, template: templates[file], comment, next });
  const firstStep = steps[0]?.name ?? 'Confirm recovery';
  return {
    Comment: `Rolls back phase ${phase}, ${name}. Start it with {} to roll back now; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      'Open rollback': openRollback(runbook, documents, triggers),
      'Is there anything to do?': anythingToDo(),
      'Take the fleet': takeTheFleet('Send initial alert'),
      'Send initial alert': message(
        'initial-alert',
        'Tells people that the rollback begins. A message that cannot be sent stops nothing.',
        firstStep,
      ),
      ...Object.fromEntries(
        steps.map((step, i) => [step.name, hostStep(runbook, step, steps[i + 1]?.name ?? 'Confirm recovery')]),
      ),
      'Confirm recovery': confirmRecovery(runbook),
      'Did every host recover?': {
        Type: 'Choice',
        Comment: 'Only PASS is recovery. FAIL and INCONCLUSIVE both need a person: no data is never good news.',
        Choices: [{ Condition: expression(`$verdict = 'PASS'`), Next: 'Close rollback' }],
        Default: failed,
      },
      'Close rollback': closeRollback('Rolled back', 'Send rollback complete'),
      'Send rollback complete': message(
        'rollback-complete',
        'Tells people that it is over and what the systems were restored to.',
        'Rolled back',
      ),
      'Rolled back': {
        Type: 'Succeed',
        Comment: 'Every host is at the target version. Runbook: docs/runbook.md#rolled-back',
      },
      'Joined the active rollback': {
        Type: 'Succeed',
        Comment: 'Another execution rolls this phase back now. Runbook: docs/runbook.md#joined-the-active-rollback',
      },
      'Already handled': {
        Type: 'Succeed',
        Comment: 'Another execution answers this change of the alarm. Runbook: docs/runbook.md#already-handled',
      },
      'Stale alarm ignored': {
        Type: 'Succeed',
        Comment: 'The event came late and its alarm is green again. Runbook: docs/runbook.md#stale-alarm-ignored',
      },
      [failed]: closeRollback('Needs a person', 'Page a person'),
      'Page a person': message(
        'needs-a-person',
        'Tells people that the rollback stopped, where, and what to do.',
        'Needs a person',
      ),
      'Input refused': refused(),
      'Needs a person': needsAPerson(),
    },
  };
}

const catchAll: Catcher = { ErrorEquals: ['States.ALL'], Assign: { problem: caughtSentence }, Next: failed };

function openRollback(runbook: Runbook, documents: readonly HostDocument[], { triggers }: Triggers): Task {
  const used = new Set([...runbook.steps, ...checks(runbook.confirm)].map(({ script }) => documentId(script)));
  return invoke({
    comment:
      'Writes the record, checks the input, and freezes what the rollback will act on: hosts, documents, row window.',
    function: 'OpenRollback',
    payload: {
      execution: {
        id: expression('$states.context.Execution.Id'),
        name: expression('$states.context.Execution.Name'),
        start_time: expression('$states.context.Execution.StartTime'),
        input: expression('$states.input'),
      },
      phase: { number: runbook.phase, name: runbook.name },
      target_version: runbook.target.version,
      fleet: '${Fleet}',
      severities: Object.fromEntries(Object.entries(triggers).map(([name, { severity }]) => [name, severity])),
      documents: documents
        .filter(({ id }) => used.has(id))
        .map(({ id, sha256 }) => ({ name: documentName(id), sha256 })),
    },
    // Every variable is assigned here, so that no later expression meets one that does not exist.
    assign: {
      decision: expression('$states.result.Payload.decision'),
      rollback: expression('$states.result.Payload.rollback'),
      fence: 0,
      verdict: 'INCONCLUSIVE',
      problem: null,
      unsent: null,
    },
    timeoutSeconds: 60,
    catch: [
      { ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' },
      {
        ErrorEquals: ['States.ALL'],
        Assign: {
          decision: 'act',
          problem: caughtSentence,
          rollback: unopened(runbook),
          fence: 0,
          verdict: 'INCONCLUSIVE',
          unsent: null,
        },
        Next: failed,
      },
    ],
    next: 'Is there anything to do?',
  });
}

const anythingToDo = (): Choice => ({
  Type: 'Choice',
  Comment: 'Every alarm has a visible execution, even one that has nothing to do.',
  Choices: [
    { Condition: expression(`$decision = 'act'`), Next: 'Take the fleet' },
    ...(['Joined the active rollback', 'Already handled', 'Stale alarm ignored'] as const).map((ending) => ({
      Condition: expression(`$decision = '${ending}'`),
      Next: ending,
    })),
  ],
  Default: failed,
});

/** What Close rollback can still say of a rollback whose opening failed half way. */
const unopened = ({ phase }: Runbook) => ({
  id: expression('$states.context.Execution.Name'),
  execution_arn: expression('$states.context.Execution.Id'),
  phase,
  fleet: '${Fleet}',
});

/** Waits 5 to 30 s between tries. The function itself gives up at the rollback's deadline, so the count only has to be enough. */
const whileBusy: Retrier = {
  ErrorEquals: ['FleetBusy'],
  IntervalSeconds: 5,
  BackoffRate: 1.5,
  MaxDelaySeconds: 30,
  MaxAttempts: 999,
};

const takeTheFleet = (next: string): Task =>
  invoke({
    comment:
      'Phases share hosts and one git tree, so one rollback at a time holds the fleet. Waits while another does.',
    function: 'TakeTheFleet',
    payload: { rollback: expression('$rollback') },
    assign: { fence: expression('$states.result.Payload.fence') },
    timeoutSeconds: 60,
    retry: [whileBusy],
    catch: [catchAll],
    next,
  });

/** Resumes waiting where the last invocation stopped. 5 minutes an invocation, so 50 outlast any step a runbook may set. */
const stillRunning: Retrier = { ErrorEquals: ['StillRunning'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 50 };

/** Two more tries, 10 s apart; each goes only to the hosts that have not done the step. */
const afterFailure: Retrier = { ErrorEquals: ['StepFailed'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 2 };

/** Hosts poll for flags every 45 s; ten looks 10 s apart are twice that and some. */
const untilEffective: Retrier = { ErrorEquals: ['StepFailed'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 10 };

const hostStep = (runbook: Runbook, step: RunbookStep, next: string): Task =>
  invoke({
    comment: `${step.stage === 'immediate' ? 'Immediate action' : 'Recovery step'}: ${'flag' in step ? `flag ${step.flag.name} to ${step.flag.value}, then ` : ''}${step.script} on every host.`,
    function: 'flag' in step ? 'FlipFlag' : 'RunOnHosts',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      step: hostCommand(runbook, {
        id: stepId(step.name),
        kind: 'step',
        name: step.name,
        timeout: step.timeout,
        ...hostParameters(step),
      }),
      ...('flag' in step ? { flag: step.flag } : {}),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning, 'flag' in step ? untilEffective : afterFailure],
    catch: [catchAll],
    next,
  });

const confirmRecovery = (runbook: Runbook): Task => {
  const [version, health] = checks(runbook.confirm);
  return invoke({
    comment: 'Looks at versions, health, the alarm and its metric until all were good several times in a row.',
    function: 'ConfirmRecovery',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      steps: runbook.steps.map(({ name }) => stepId(name)),
      target_version: runbook.target.version,
      version:
        version &&
        hostCommand(runbook, { id: 'confirm-recovery', name: 'Confirm recovery', kind: 'check', ...version }),
      health: health
        ? hostCommand(runbook, { id: 'confirm-health', name: 'Confirm health', kind: 'check', ...health })
        : null,
    },
    assign: {
      verdict: expression('$states.result.Payload.verdict'),
      problem: expression('$states.result.Payload.problem'),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning],
    catch: [catchAll],
    next: 'Did every host recover?',
  });
};

/** Whatever happens to a message, the rollback goes on. */
const sendMessage = (
  { phase }: Runbook,
  { file, template, comment, next }: { file: string; template: string | undefined; comment: string; next: string },
): Task => {
  if (template === undefined) throw new Error(`infra/notifications/${file}.txt does not exist.`);
  return invoke({
    comment,
    function: 'SendMessage',
    payload: {
      rollback: { id: expression('$rollback.id') },
      message: { name: file, template },
      values: {
        phase,
        problem: expression('$problem'),
        rollback_id: expression('$states.context.Execution.Name'),
        execution: expression('$states.context.Execution.Id'),
      },
    },
    timeoutSeconds: 60,
    catch: [{ ErrorEquals: ['States.ALL'], Assign: { unsent: file }, Next: next }],
    next,
  });
};

/** A step or check as the hosts get it: document, how long, and every parameter that is known before the rollback. */
const hostCommand = (
  { target }: Runbook,
  {
    id,
    name,
    kind,
    script,
    timeout,
    parameters,
  }: {
    id: string;
    name: string;
    kind: 'step' | 'check';
    script: string;
    timeout: number;
    parameters: Readonly<Record<string, string>>;
  },
) => ({
  id,
  name,
  document: documentName(documentId(script)),
  timeout_seconds: timeout,
  attempt_seconds: attemptSeconds(timeout),
  parameters: {
    Step: id,
    Kind: kind,
    Mode: 'live',
    Tree: '${Tree}',
    State: '${State}',
    Target: target.version,
    Paths: target.paths.join(' '),
    Copies: target.copies.map(({ from, to }) => `${from}>${to}`).join(' '),
    ...parameters,
  },
});

const documentName = (id: string) => `rollback-\${Environment}-${id}`;

const closeRollback = (ending: 'Rolled back' | 'Needs a person', next: string): Task =>
  invoke({
    comment:
      ending === 'Rolled back'
        ? 'Writes the ending, seals the history, releases the fleet.'
        : 'Writes the ending and seals the history. Keeps the fleet if a host was touched: a person looks first.',
    function: 'CloseRollback',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      ending,
      problem: expression('$problem'),
    },
    timeoutSeconds: 60,
    catch: [
      {
        ErrorEquals: ['States.ALL'],
        Assign: {
          problem: expression(
            `($problem = null ? 'The rollback came to its end' : $problem) & ' Closing failed: ' & $string($states.errorOutput.Error) & '.'`,
          ),
        },
        Next: 'Page a person',
      },
    ],
    next,
  });

const refused = (): State => ({
  Type: 'Fail',
  Comment: 'Nothing was changed. Start again with the input the cause asks for.',
  Error: 'InvalidInput',
  Cause: expression(`$string($problem) & ' Runbook: docs/runbook.md#input-refused'`),
});

const needsAPerson = (): State => ({
  Type: 'Fail',
  Comment: 'The hosts may be half rolled back.',
  Error: 'NeedsAPerson',
  Cause: expression(`$string($problem) & ' Runbook: docs/runbook.md#needs-a-person'`),
});
