import type { Ending } from '../domain/ending.ts';
import { alsoUndone, type Runbook } from '../domain/runbook.ts';
import type { Triggers } from '../domain/triggers-file.ts';
import {
  type Choice,
  caughtInState,
  caughtSentence,
  expression,
  invoke,
  type Retrier,
  type State,
  type StateMachine,
  type Task,
} from './asl.ts';
import { catchAll, failed } from './failed-task.ts';
import { checks, documentId, type HostDocument } from './host-document.ts';
import { confirmRecovery, documentName, hostStep, planTheRollback } from './host-tasks.ts';

/** The seed allows a rollback 4 hours at the most; the rest of a day is for a person who mends and redrives. */
const backstopSeconds = 24 * 3600;

export type PhaseMachineProps = {
  readonly runbook: Runbook;
  /** All of them: some of the others' code may go back with this one's. */
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  /** Texts of infra/notifications, by file name without ending. */
  readonly templates: Readonly<Record<string, string>>;
};

/** The state machine that rolls one phase back, as Amazon States Language. */
export function phaseMachine({ runbook, runbooks, documents, triggers, templates }: PhaseMachineProps): StateMachine {
  const { phase, name, steps } = runbook;
  const message = (file: string, comment: string, next: string) =>
    sendMessage(runbook, { file, template: templates[file], comment, next });
  const firstStep = steps[0]?.name ?? 'Confirm recovery';
  return {
    Comment: `Rolls back phase ${phase}, ${name}. Start it with {} to roll back now, with {"mode": "plan"} to see what that would do; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      'Open rollback': openRollback(runbook, alsoUndone(runbook, runbooks), documents, triggers),
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
        Comment: 'FAIL and INCONCLUSIVE both need a person: no data is never good news.',
        Choices: [
          { Comment: 'yes', Condition: expression(`$verdict = 'PASS'`), Next: 'Close rollback' },
          {
            Comment: 'those in reach',
            Condition: expression(`$verdict = 'UNVERIFIED'`),
            Next: 'Close as unverified',
          },
        ],
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
      'Plan the rollback': planTheRollback(runbook, runbooks),
      'Close as unverified': closeRollback('Rolled back, unverified', 'Send rollback unverified'),
      'Send rollback unverified': message(
        'rollback-unverified',
        'Tells people that it is over, and which hosts could not be reached.',
        'Rolled back, unverified',
      ),
      'Rolled back, unverified': {
        Type: 'Succeed',
        Comment:
          'Every host that could be reached is at the target version. Runbook: docs/runbook.md#rolled-back-unverified',
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
      Planned: {
        Type: 'Succeed',
        Comment: 'The plan is in the history; nothing was changed. Runbook: docs/runbook.md#planned',
      },
      [failed]: closeRollback('Needs a person', 'Page a person'),
      'Page a person': message(
        'needs-a-person',
        'Tells people that the rollback stopped, where, and what to do.',
        'Needs a person',
      ),
      'Input refused': refused(),
      'Not planned': {
        Type: 'Fail',
        Comment: 'Nothing was changed, and nobody was told.',
        Error: 'NotPlanned',
        Cause: expression(`$string($problem) & ' Runbook: docs/runbook.md#not-planned'`),
      },
      'Needs a person': needsAPerson(),
    },
  };
}

function openRollback(
  runbook: Runbook,
  also_undone: readonly number[],
  documents: readonly HostDocument[],
  { triggers }: Triggers,
): Task {
  const used = new Set([...runbook.steps, ...checks(runbook)].map(({ script }) => documentId(script)));
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
      also_undone,
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
          // A rollback that cannot be opened needs a person; of a plan that cannot, nobody is told.
          decision: expression(`$states.input.mode = 'plan' ? 'not planned' : 'not opened'`),
          problem: caughtInState,
          rollback: unopened(runbook),
          fence: 0,
          verdict: 'INCONCLUSIVE',
          unsent: null,
        },
        Next: 'Is there anything to do?',
      },
    ],
    next: 'Is there anything to do?',
  });
}

const anythingToDo = (): Choice => ({
  Type: 'Choice',
  Comment: 'Every alarm has a visible execution, even one that has nothing to do.',
  Choices: [
    { Comment: 'yes', Condition: expression(`$decision = 'act'`), Next: 'Take the fleet' },
    { Comment: 'only a plan', Condition: expression(`$decision = 'plan'`), Next: 'Plan the rollback' },
    endsAs('Joined the active rollback', 'one runs already'),
    endsAs('Already handled', 'answered already'),
    endsAs('Stale alarm ignored', 'late, green again'),
    { Comment: 'no plan', Condition: expression(`$decision = 'not planned'`), Next: 'Not planned' },
  ],
  Default: failed,
});

const endsAs = (ending: Ending, comment: string) => ({
  Comment: comment,
  Condition: expression(`$decision = '${ending}'`),
  Next: ending,
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

const closing = {
  'Rolled back': 'Writes the ending, seals the history, releases the fleet.',
  'Rolled back, unverified':
    'Writes the ending, seals the history, releases the fleet. Hosts that could not be reached are rolled back when they return.',
  'Needs a person':
    'Writes the ending and seals the history. Keeps the fleet if a host was touched: a person looks first.',
} as const;

const closeRollback = (ending: keyof typeof closing, next: string): Task =>
  invoke({
    comment: closing[ending],
    function: 'CloseRollback',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      ending,
      problem: expression('$problem'),
      unsent: expression('$unsent'),
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
