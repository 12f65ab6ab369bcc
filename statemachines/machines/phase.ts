import type { HostDocument } from '../../config/host-document.ts';
import { alsoUndone, type Runbook } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { expression, failState, type State, type StateMachine, succeedState } from '../asl.ts';
import { askAPersonState, readTheDecisionState } from '../states/asking.ts';
import { closeRollbackState } from '../states/closing.ts';
import { failed } from '../states/failed-task.ts';
import { confirmRecoveryState, hostStepState, planTheRollbackState } from '../states/host-tasks.ts';
import { sendMessageState, textOf } from '../states/messages.ts';
import { anythingToDoState, openRollbackState, takeTheFleetState } from '../states/opening.ts';

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

type Message = (file: string, comment: string, next: string) => State;
type States = Readonly<Record<string, State>>;

/** Returns the state machine that rolls one phase back, as Amazon States Language. Its graph shows the states in this order. */
export function phaseMachine(props: PhaseMachineProps): StateMachine {
  const { runbook, runbooks, templates } = props;
  const { phase, name } = runbook;
  const message: Message = (file, comment, next) =>
    sendMessageState(runbook, { file, template: textOf(templates, file), comment, next });
  return {
    Comment: `Rolls back phase ${phase}, ${name}. Start it with {} to roll back now, with {"mode": "plan"} to see what that would do; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      ...decidingStates(props),
      ...actingStates(runbook, message),
      ...rolledBackStates(message),
      'Plan the rollback': planTheRollbackState(runbook, runbooks),
      ...unverifiedStates(message),
      ...untouchedStates(message),
      ...nothingToDoStates,
      ...failedStates(message),
    },
  };
}

/** The states that decide whether the rollback acts, with people if needed. */
const decidingStates = ({ runbook, runbooks, documents, triggers, templates }: PhaseMachineProps): States => ({
  'Open rollback': openRollbackState(runbook, alsoUndone(runbook, runbooks), documents, triggers),
  'Is there anything to do?': anythingToDoState(),
  'Ask a person': askAPersonState(runbook, runbooks, textOf(templates, 'question')),
  'Read the decision': readTheDecisionState(runbook, triggers),
});

/** The states that hold the fleet and act on its hosts, up to the verdict. */
const actingStates = (runbook: Runbook, message: Message): States => ({
  'Take the fleet': takeTheFleetState('Send initial alert'),
  'Send initial alert': message(
    'initial-alert',
    'Tells people that the rollback begins. A message that cannot be sent stops nothing.',
    runbook.steps[0]?.name ?? 'Confirm recovery',
  ),
  ...Object.fromEntries(
    runbook.steps.map((step, i) => [
      step.name,
      hostStepState(runbook, step, runbook.steps[i + 1]?.name ?? 'Confirm recovery'),
    ]),
  ),
  'Confirm recovery': confirmRecoveryState(runbook),
  'Did every host recover?': {
    Type: 'Choice',
    Comment: 'FAIL and INCONCLUSIVE both need a person: no data is never good news.',
    Choices: [
      { Comment: 'yes', Condition: expression(`$verdict = 'PASS'`), Next: 'Close rollback' },
      { Comment: 'those in reach', Condition: expression(`$verdict = 'UNVERIFIED'`), Next: 'Close as unverified' },
    ],
    Default: failed,
  },
});

/** The states after every host recovered. */
const rolledBackStates = (message: Message): States => ({
  'Close rollback': closeRollbackState('Rolled back', 'Send rollback complete'),
  'Send rollback complete': message(
    'rollback-complete',
    'Tells people that it is over and what the systems were restored to.',
    'Rolled back',
  ),
  'Rolled back': succeedState('Every host is at the target version. Runbook: docs/runbook.md#rolled-back'),
});

/** The states after every reachable host recovered. */
const unverifiedStates = (message: Message): States => ({
  'Close as unverified': closeRollbackState('Rolled back, unverified', 'Send rollback unverified'),
  'Send rollback unverified': message(
    'rollback-unverified',
    'Tells people that it is over, and which hosts could not be reached.',
    'Rolled back, unverified',
  ),
  'Rolled back, unverified': succeedState(
    'Every host that could be reached is at the target version. Runbook: docs/runbook.md#rolled-back-unverified',
  ),
});

/** The endings in which no host was touched and people are told: message, comment of its state, comment of the ending. */
const untouched = {
  'Stood down': ['stood-down', 'Tells people that it was decided not to roll back.', 'It was not needed any more.'],
  'Fix forward': [
    'fix-forward',
    'Tells people that a new deployment is to mend it.',
    'A new deployment is to mend it.',
  ],
  'Deferred to next release': [
    'deferred-to-next-release',
    'Tells people what the next release is to fix.',
    'LOW: the next release fixes it.',
  ],
  'Observed only': [
    'observed-only',
    'Tells people what would have been done.',
    'Its trigger is only observed: what would have been done is on record.',
  ],
} as const;

const untouchedStates = (message: Message): States =>
  Object.fromEntries(
    Object.entries(untouched).flatMap(([ending, [file, comment, what]]) => [
      [`Send ${file.replaceAll('-', ' ')}`, message(file, comment, ending)],
      [ending, succeedState(`${what} No host was touched. Runbook: docs/runbook.md#${file}`)],
    ]),
  );

/** The endings that change nothing and tell nobody. */
const nothingToDoStates: States = {
  'Joined the active rollback': succeedState(
    'Another execution rolls this phase back now. Runbook: docs/runbook.md#joined-the-active-rollback',
  ),
  'Already handled': succeedState(
    'Another execution answers this change of the alarm. Runbook: docs/runbook.md#already-handled',
  ),
  'Stale alarm ignored': succeedState(
    'The event came late and its alarm is green again. Runbook: docs/runbook.md#stale-alarm-ignored',
  ),
  Planned: succeedState('The plan is in the history; nothing was changed. Runbook: docs/runbook.md#planned'),
};

/** The endings that fail the execution, so that the console shows them in red. */
const failedStates = (message: Message): States => ({
  [failed]: closeRollbackState('Needs a person', 'Page a person'),
  'Page a person': message(
    'needs-a-person',
    'Tells people that the rollback stopped, where, and what to do.',
    'Needs a person',
  ),
  'Input refused': failState(
    'InvalidInput',
    'input-refused',
    'Nothing was changed. Start again with the input the cause asks for.',
  ),
  'Not planned': failState('NotPlanned', 'not-planned', 'Nothing was changed, and nobody was told.'),
  'Needs a person': failState('NeedsAPerson', 'needs-a-person', 'The hosts may be half rolled back.'),
});
