import { type Runbook, type RunbookStep, stepId } from '../domain/runbook.ts';
import {
  type Catcher,
  caughtSentence,
  expression,
  invoke,
  type Retrier,
  type State,
  type StateMachine,
  type Task,
} from './asl.ts';
import { documentId, type HostDocument } from './host-document.ts';

/** Waiting for hosts is cut into invocations of at most 5 minutes, the functions' own timeout; this is one and a margin. */
const hostTaskTimeoutSeconds = 330;

/** Delivery (60 s), the script's own time, and 30 s for the last poll: when a step's attempt is over whatever happens. */
export const attemptSeconds = (timeout: number) => 60 + timeout + 30;

/** The seed allows a rollback 4 hours at the most; the rest of a day is for a person who mends and redrives. */
const backstopSeconds = 24 * 3600;

const failed = 'Close as needs a person';

/** The state machine that rolls one phase back, as Amazon States Language. */
export function phaseMachine(runbook: Runbook, documents: readonly HostDocument[]): StateMachine {
  const { phase, name, steps } = runbook;
  return {
    Comment: `Rolls back phase ${phase}, ${name}. Start it with {} to roll back now; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      'Open rollback': openRollback(runbook, documents),
      'Take the fleet': takeTheFleet(steps[0]?.name ?? 'Confirm recovery'),
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
      'Close rollback': closeRollback('Rolled back', 'Rolled back'),
      'Rolled back': {
        Type: 'Succeed',
        Comment: 'Every host is at the target version. Runbook: docs/runbook.md#rolled-back',
      },
      [failed]: closeRollback('Needs a person', 'Needs a person'),
      'Input refused': refused(),
      'Needs a person': needsAPerson(),
    },
  };
}

const catchAll: Catcher = { ErrorEquals: ['States.ALL'], Assign: { problem: caughtSentence }, Next: failed };

function openRollback(runbook: Runbook, documents: readonly HostDocument[]): Task {
  const used = new Set([...runbook.steps.map(({ script }) => script), runbook.confirm.script].map(documentId));
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
      documents: documents
        .filter(({ id }) => used.has(id))
        .map(({ id, sha256 }) => ({ name: documentName(id), sha256 })),
    },
    // Every variable is assigned here, so that no later expression meets one that does not exist.
    assign: {
      rollback: expression('$states.result.Payload.rollback'),
      fence: 0,
      verdict: 'INCONCLUSIVE',
      problem: null,
    },
    timeoutSeconds: 60,
    catch: [
      { ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' },
      {
        ErrorEquals: ['States.ALL'],
        Assign: {
          problem: caughtSentence,
          rollback: unopened(runbook),
          fence: 0,
          verdict: 'INCONCLUSIVE',
        },
        Next: failed,
      },
    ],
    next: 'Take the fleet',
  });
}

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

const hostStep = (runbook: Runbook, step: RunbookStep, next: string): Task =>
  invoke({
    comment: `${step.stage === 'immediate' ? 'Immediate action' : 'Recovery step'}: ${step.script} on every host.`,
    function: 'RunOnHosts',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      step: hostCommand(runbook, { id: stepId(step.name), kind: 'step', ...step }),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning, afterFailure],
    catch: [catchAll],
    next,
  });

const confirmRecovery = (runbook: Runbook): Task =>
  invoke({
    comment: 'Asks every host which version it runs, and the history whether every host did every step.',
    function: 'ConfirmRecovery',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      steps: runbook.steps.map(({ name }) => stepId(name)),
      target_version: runbook.target.version,
      check: hostCommand(runbook, {
        id: 'confirm-recovery',
        name: 'Confirm recovery',
        kind: 'check',
        parameters: {},
        ...runbook.confirm,
      }),
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
        Next: 'Needs a person',
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
