import type { HostDocument } from '../../config/host-document.ts';
import { alsoUndone, type Runbook } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { expression, failsWith, type State, type StateMachine } from '../asl.ts';
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

/** The state machine that rolls one phase back, as Amazon States Language. */
export function phaseMachine({ runbook, runbooks, documents, triggers, templates }: PhaseMachineProps): StateMachine {
  const { phase, name, steps } = runbook;
  const message = (file: string, comment: string, next: string) =>
    sendMessageState(runbook, { file, template: textOf(templates, file), comment, next });
  const firstStep = steps[0]?.name ?? 'Confirm recovery';
  return {
    Comment: `Rolls back phase ${phase}, ${name}. Start it with {} to roll back now, with {"mode": "plan"} to see what that would do; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      'Open rollback': openRollbackState(runbook, alsoUndone(runbook, runbooks), documents, triggers),
      'Is there anything to do?': anythingToDoState(),
      'Ask a person': askAPersonState(runbook, runbooks, textOf(templates, 'question')),
      'Read the decision': readTheDecisionState(runbook, triggers),
      'Take the fleet': takeTheFleetState('Send initial alert'),
      'Send initial alert': message(
        'initial-alert',
        'Tells people that the rollback begins. A message that cannot be sent stops nothing.',
        firstStep,
      ),
      ...Object.fromEntries(
        steps.map((step, i) => [step.name, hostStepState(runbook, step, steps[i + 1]?.name ?? 'Confirm recovery')]),
      ),
      'Confirm recovery': confirmRecoveryState(runbook),
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
      'Close rollback': closeRollbackState('Rolled back', 'Send rollback complete'),
      'Send rollback complete': message(
        'rollback-complete',
        'Tells people that it is over and what the systems were restored to.',
        'Rolled back',
      ),
      'Rolled back': {
        Type: 'Succeed',
        Comment: 'Every host is at the target version. Runbook: docs/runbook.md#rolled-back',
      },
      'Plan the rollback': planTheRollbackState(runbook, runbooks),
      'Close as unverified': closeRollbackState('Rolled back, unverified', 'Send rollback unverified'),
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
      ...endings(message),
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
      [failed]: closeRollbackState('Needs a person', 'Page a person'),
      'Page a person': message(
        'needs-a-person',
        'Tells people that the rollback stopped, where, and what to do.',
        'Needs a person',
      ),
      'Input refused': failsWith(
        'InvalidInput',
        'input-refused',
        'Nothing was changed. Start again with the input the cause asks for.',
      ),
      'Not planned': failsWith('NotPlanned', 'not-planned', 'Nothing was changed, and nobody was told.'),
      'Needs a person': failsWith('NeedsAPerson', 'needs-a-person', 'The hosts may be half rolled back.'),
    },
  };
}

/** Endings in which nothing was touched and people are told: what is said there, and what the console shows. */
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

const endings = (message: (file: string, comment: string, next: string) => State): Record<string, State> =>
  Object.fromEntries(
    Object.entries(untouched).flatMap(([ending, [file, comment, what]]) => [
      [`Send ${file.replaceAll('-', ' ')}`, message(file, comment, ending)],
      [ending, { Type: 'Succeed', Comment: `${what} No host was touched. Runbook: docs/runbook.md#${file}` }],
    ]),
  );
