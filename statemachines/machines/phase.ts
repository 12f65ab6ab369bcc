import type { HostDocument } from '../../config/host-document.ts';
import type { Infra } from '../../config/infra.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { firstWhole } from '../../domain/infra/runbook-steps.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { declaredPairs } from '../../domain/plan/forbidden-pairs.ts';
import { expression, failState, type State, type StateMachine, succeedState } from '../asl.ts';
import {
  askAPersonState,
  handOverState,
  policyOf,
  readTheDecisionState,
  resumeWhere,
  resumeWhereState,
} from '../states/asking.ts';
import { closeRollbackState } from '../states/closing.ts';
import { failed, handOver, notResumed } from '../states/failed-task.ts';
import { besideFirstStep, confirmRecoveryState, hostStepState, letOthersAct } from '../states/host-tasks.ts';
import { sendMessageState, textOf } from '../states/messages.ts';
import {
  anythingToDoState,
  documentsOf,
  letOthersActState,
  openRollbackState,
  takeTheFleetState,
} from '../states/opening.ts';
import {
  endTheDrill,
  endTheDrillState,
  endThePlan,
  endThePlanState,
  holdTheDrillState,
  plannedRunbooks,
  planTheRollbackState,
  tellOfTheDrill,
} from '../states/plan-and-drill.ts';

/**
 * The procedure allows a rollback at most 4 hours. The rest of the day is for a person who repairs and redrives the
 * execution.
 */
export const backstopSeconds = 24 * 3600;

export type PhaseMachineProps = {
  readonly runbook: Runbook;
  /** The runbooks of all phases, because this phase's rollback may also revert code of others. */
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  readonly firstFlags?: Infra['firstFlags'];
  /** Texts of infra/notifications, by file name without ending. */
  readonly templates: Readonly<Record<string, string>>;
};

export type Message = (file: string, comment: string, next: string, beside?: true) => State;
export type States = Readonly<Record<string, State>>;

/**
 * Returns the state machine that rolls one phase back, as Amazon States Language. Its graph shows the states in this
 * order.
 */
export function phaseMachine(props: PhaseMachineProps): StateMachine {
  const { runbook, runbooks, templates } = props;
  const { phase, name } = runbook;
  const message: Message = (file, comment, next, beside) =>
    sendMessageState(runbook, {
      ...{ file, template: textOf(templates, file), comment, next },
      ...(beside ? { beside } : {}),
    });
  return {
    Comment: `Rolls back phase ${phase}, ${name}. Start it with {} to roll back now, with {"mode": "plan"} to see what a rollback would do, or with {"mode": "simulate"} for a drill; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      ...decidingStates(props),
      ...actingStates(runbook, message),
      ...stoppedStates(runbook),
      ...rolledBackStates(message),
      'Plan the rollback': planTheRollbackState(runbook, runbooks),
      [endThePlan]: endThePlanState(),
      ...drillStates(props),
      ...unverifiedStates(message),
      ...untouchedStates(message),
      ...nothingToDoStates,
      ...failedStates(message),
      'Drill failed': failState(
        'DrillFailed',
        'drill-failed',
        'DRILL. A real rollback may fail too. Nothing was changed.',
      ),
    },
  };
}

/** The states that decide whether the rollback acts, with people if needed, and that take a fleet which was not free. */
const decidingStates = ({ runbook, runbooks, documents, templates, ...props }: PhaseMachineProps): States => {
  const policy = policyOf(runbook, props.triggers, declaredPairs(runbook, runbooks, props.firstFlags));
  return {
    'Open rollback': openRollbackState(runbook, runbooks, documents, policy),
    'Is there anything to do?': anythingToDoState('Send initial alert'),
    'Ask a person': askAPersonState({
      templates: { question: textOf(templates, 'question'), hand_over: textOf(templates, 'hand-over') },
      runbooks: plannedRunbooks(runbook, runbooks),
    }),
    'Read the decision': readTheDecisionState({ policy }),
    'Take the fleet': takeTheFleetState('Send initial alert'),
  };
};

/** The states that hold the fleet and act on its hosts, up to the verdict. */
function actingStates(runbook: Runbook, message: Message): States {
  const first = stateBefore(runbook, 0);
  const beside = besideFirstStep(runbook, first);
  return {
    'Send initial alert': message(
      'initial-alert',
      'Notifies people that the rollback starts, while its first step begins.',
      beside.name,
      true,
    ),
    [beside.name]: beside.state,
    ...stepStates(runbook),
    'Confirm recovery': confirmRecoveryState(runbook),
    'Did every host recover?': didEveryHostRecoverState,
  };
}

export const didEveryHostRecoverState: State = {
  Type: 'Choice',
  Comment: 'FAIL and INCONCLUSIVE are handed over to an operator: no data is never PASS.',
  Choices: [
    { Comment: 'yes', Condition: expression(`$verdict = 'PASS'`), Next: 'Close rollback' },
    { Comment: 'reachable only', Condition: expression(`$verdict = 'UNVERIFIED'`), Next: 'Close as unverified' },
  ],
  Default: handOver,
};

/** The states of a rollback that could not continue by itself. The question itself is sent by the state *Ask a person*. */
const stoppedStates = (runbook: Runbook): States => ({
  [handOver]: handOverState(runbook.steps, runbook.approvers),
  [resumeWhere]: resumeWhereState(runbook.steps.map(({ name }, i) => ({ name, begins: stateBefore(runbook, i) }))),
});

/** One state per step. Before the first step that judges the whole host, the rollbacks of other phases may act. */
const stepStates = (runbook: Runbook): States =>
  Object.fromEntries(
    runbook.steps.flatMap((step, i) => [
      ...(i === firstWhole(runbook) ? [[letOthersAct, letOthersActState(step.name)]] : []),
      [step.name, hostStepState(runbook, step, stateBefore(runbook, i + 1))],
    ]),
  );

/** The name of the state with which step `i` begins; after the last step the recovery is confirmed. */
const stateBefore = (runbook: Runbook, i: number): string =>
  i === firstWhole(runbook) ? letOthersAct : (runbook.steps[i]?.name ?? 'Confirm recovery');

/** The states after every host recovered. */
export const rolledBackStates = (message: Message): States => ({
  'Close rollback': closeRollbackState('Rolled back', 'Send rollback complete'),
  'Send rollback complete': message(
    'rollback-complete',
    'Notifies people that the rollback is complete, and of the restored version.',
    'Rolled back',
  ),
  'Rolled back': succeedState('Every host is at the target version. Runbook: docs/runbook.md#rolled-back'),
});

/** The states after every reachable host recovered. */
export const unverifiedStates = (message: Message): States => ({
  'Close as unverified': closeRollbackState('Rolled back, unverified', 'Send rollback unverified'),
  'Send rollback unverified': message(
    'rollback-unverified',
    'Notifies people that the rollback is complete, and which hosts were unreachable.',
    'Rolled back, unverified',
  ),
  'Rolled back, unverified': succeedState(
    'Every reachable host is at the target version. Runbook: docs/runbook.md#rolled-back-unverified',
  ),
});

/**
 * The endings with a message but no touched host. Each has a message, a comment for its state, and one for the
 * ending.
 */
const untouched = {
  'Stood down': [
    'stood-down',
    'Notifies people of the decision not to roll back.',
    'The rollback was not needed any more.',
  ],
  'Fix forward': [
    'fix-forward',
    'Notifies people that a new deployment fixes the problem.',
    'A new deployment fixes the problem.',
  ],
  'Deferred to next release': [
    'deferred-to-next-release',
    'Notifies people which problem the next release must fix.',
    'Severity LOW: the next release fixes the problem.',
  ],
  'Observed only': [
    'observed-only',
    'Notifies people which rollback would have started.',
    'The trigger is only observed: the record contains the rollback that would have started.',
  ],
} as const;

export const untouchedStates = (message: Message): States =>
  Object.fromEntries(
    Object.entries(untouched).flatMap(([ending, [file, comment, what]]) => [
      [`Send ${file.replaceAll('-', ' ')}`, message(file, comment, ending)],
      [ending, succeedState(`${what} No host was touched. Runbook: docs/runbook.md#${file}`)],
    ]),
  );

/** The endings that change nothing and send no message. */
export const nothingToDoStates: States = {
  'Joined the active rollback': succeedState(
    'Another execution is rolling this phase back. Runbook: docs/runbook.md#joined-the-active-rollback',
  ),
  'Already handled': succeedState(
    'Another execution handles this change of the alarm. Runbook: docs/runbook.md#already-handled',
  ),
  'Stale alarm ignored': succeedState(
    'The event arrived late, and its alarm is green again. Runbook: docs/runbook.md#stale-alarm-ignored',
  ),
  'Market not open': succeedState(
    'The market is closed or halted, which explains the alarm. Runbook: docs/runbook.md#market-not-open',
  ),
  Planned: succeedState('The plan is in the history. Nothing was changed. Runbook: docs/runbook.md#planned'),
};

/** The states of a drill, which holds no fleet and touches no host. */
const drillStates = ({ runbook, runbooks, documents, templates }: PhaseMachineProps): States => ({
  'Hold the drill': holdTheDrillState(runbook, runbooks, documentsOf(runbook, documents)),
  [endTheDrill]: endTheDrillState(),
  [tellOfTheDrill]: sendMessageState(runbook, {
    file: 'drill-result',
    template: textOf(templates, 'drill-result'),
    comment: 'DRILL. Notifies people how the drill ended.',
    next: 'How did the drill end?',
    values: { ending: expression('$drill'), drill_reason: expression('$problem') }, // of a drill without a record
  }),
  'How did the drill end?': {
    Type: 'Choice',
    Comment: 'Only a drill that found no problem has passed.',
    Choices: [
      { Comment: 'passed', Condition: expression(`$drill = 'Drill passed'`), Next: 'Drill passed' },
      { Comment: 'yielded', Condition: expression(`$drill = 'Drill yielded'`), Next: 'Drill yielded' },
    ],
    Default: 'Drill failed',
  },
  'Drill passed': succeedState(
    'DRILL. Every host reported that each step would work there. Nothing was changed. Runbook: docs/runbook.md#drill-passed',
  ),
  'Drill yielded': succeedState(
    'DRILL. A real rollback went first. Nothing was changed. Runbook: docs/runbook.md#drill-yielded',
  ),
});

/** The endings that fail the execution, so that the console shows them in red. */
export const failedStates = (message: Message): States => ({
  [failed]: closeRollbackState('Needs a person', 'Page a person'),
  'Page a person': message(
    'needs-a-person',
    'Notifies people that the rollback stopped, at which step, and what to do.',
    'Needs a person',
  ),
  'Input refused': failState(
    'InvalidInput',
    'input-refused',
    'Nothing was changed. Start again with the input that the cause describes.',
  ),
  [notResumed]: failState(
    'NotResumed',
    'not-resumed',
    'The rollback had ended before this execution was redriven. Nothing was done.',
  ),
  'Not planned': failState('NotPlanned', 'not-planned', 'Nothing was changed, and nobody was notified.'),
  'Needs a person': failState('NeedsAPerson', 'needs-a-person', 'The hosts may be half rolled back.'),
});
