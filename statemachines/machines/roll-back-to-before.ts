import type { HostDocument } from '../../config/host-document.ts';
import { partOf } from '../../domain/infra/part.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { type Choice, expression, type State, type StateMachine } from '../asl.ts';
import {
  askAPersonState,
  handOverState,
  readTheDecisionState,
  resumeWhere,
  resumeWhereState,
} from '../states/asking.ts';
import { handOver } from '../states/failed-task.ts';
import { holdDeployments } from '../states/host-tasks.ts';
import { sendMessageState, textOf } from '../states/messages.ts';
import { anythingToDoState } from '../states/opening.ts';
import { endThePlan, endThePlanState } from '../states/plan-and-drill.ts';
import {
  confirmSeveralState,
  holdForSeveralState,
  mostApprovers,
  openSeveralPhasesState,
  planSeveralState,
  severalPhasesStates,
  takeTheFleetForSeveralState,
} from '../states/several-phases.ts';
import {
  backstopSeconds,
  didEveryHostRecoverState,
  failedStates,
  type Message,
  nothingToDoStates,
  rolledBackStates,
  type States,
  untouchedStates,
  unverifiedStates,
} from './phase.ts';

type RollBackToBeforeProps = {
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  /** Texts of infra/notifications, by file name without ending. */
  readonly templates: Readonly<Record<string, string>>;
};

/**
 * Returns the state machine that rolls several phases back, from the latest down to the one that a person names: one lock,
 * one record, one report. Only a person starts it, and a person's start asks no question.
 */
export function rollBackToBeforeMachine({
  runbooks,
  documents,
  triggers,
  templates,
}: RollBackToBeforeProps): StateMachine {
  const parts = runbooks.toSorted((a, b) => b.phase - a.phase).map(partOf);
  const message: Message = (file, comment, next, beside) =>
    sendMessageState(
      { phase: expression('$rollback.phase') },
      { file, template: textOf(templates, file), comment, next, ...(beside ? { beside } : {}) },
    );
  const phases = severalPhasesStates(parts, 'Confirm recovery');
  return {
    Comment: `Rolls back every phase from ${parts[0]?.phase} down to the one that the input names, as in {"before": ${parts[1]?.phase ?? parts[0]?.phase}}. Only a person starts it; with "mode": "plan" it shows what it would do; see docs/runbook.md.`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: backstopSeconds,
    StartAt: 'Open rollback',
    States: {
      'Open rollback': openSeveralPhasesState(parts, runbooks, documents, triggers),
      'Is there anything to do?': startedByAPerson(anythingToDoState('Send initial alert')),
      'Ask a person': askAPersonState({ templates: { hand_over: textOf(templates, 'hand-over') }, runbooks: [] }),
      'Read the decision': readTheDecisionState({ steps: phases.steps.map(({ name }) => name) }),
      'Take the fleet': takeTheFleetForSeveralState('Send initial alert'),
      'Send initial alert': message(
        'initial-alert',
        'Notifies people that the rollback starts, while its first step begins.',
        holdDeployments,
        true,
      ),
      [holdDeployments]: holdForSeveralState(phases.first),
      ...phases.states,
      'Confirm recovery': confirmSeveralState(parts),
      'Did every host recover?': didEveryHostRecoverState,
      [handOver]: handOverState(
        parts.flatMap(({ steps }) => steps),
        mostApprovers(parts),
      ),
      [resumeWhere]: resumeWhereState(phases.steps),
      ...rolledBackStates(message),
      'Plan the rollback': planSeveralState(parts, runbooks),
      [endThePlan]: endThePlanState(),
      ...unverifiedStates(message),
      ...only(untouchedStates(message), 'Send stood down', 'Stood down'),
      ...only(nothingToDoStates, 'Joined the active rollback', 'Planned'),
      ...failedStates(message),
    },
  };
}

/**
 * The decisions that only a rollback of one phase can have: a person's start asks nothing, and no alarm is late or handled. A drill is
 * of one phase.
 */
const ofOnePhase = [
  'Already handled',
  'Stale alarm ignored',
  'Market not open',
  'Send fix forward',
  'Send deferred to next release',
  'Send observed only',
  'Hold the drill',
];

const startedByAPerson = (choice: Choice): Choice => ({
  ...choice,
  Choices: choice.Choices.filter(({ Next }) => !ofOnePhase.includes(Next)),
});

const only = (states: States, ...names: readonly string[]): Record<string, State> =>
  Object.fromEntries(Object.entries(states).filter(([name]) => names.includes(name)));
