import { counted } from '../counted.ts';
import { beginsAtLines } from '../history/begins-at.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { laterPhasesUndone, restoredCodeSentence } from '../history/restored-code.ts';
import { phaseWords } from '../phases.ts';
import { escaped } from './html.ts';

/** Answers to the four questions about a change, each as sentences of HTML. */
export type FourAnswers = {
  readonly when: readonly string[];
  readonly made: readonly string[];
  readonly approved: readonly string[];
  readonly nature: readonly string[];
};

/** Returns when a change was made, who made it, who approved it, and what it was, from a rollback's events and record. */
export function fourAnswers(events: readonly RollbackEvent[], record: RollbackRecord): FourAnswers {
  return {
    when: whenMade(events, record).map(escaped),
    made: whoMade(record).map(escaped),
    approved: whoApproved(events, record).map(escaped),
    nature: nature(record).map(escaped),
  };
}

/** The first event after which hosts or flags may have changed. */
const firstChange = (events: readonly RollbackEvent[], { mode }: RollbackRecord): RollbackEvent | undefined =>
  mode === 'plan' ? undefined : events.find(({ type }) => type === 'Flags overridden' || type === 'Step started');

function whenMade(events: readonly RollbackEvent[], record: RollbackRecord): string[] {
  const first = firstChange(events, record);
  const over = record.completion_time ?? 'it has not ended';
  if (!first) return [`No change was made: no step was started. Opened ${record.start_time}; ended ${over}.`];
  return [
    `First change: ${first.at} (event ${first.sequence}, ${first.type}).`,
    `Cause: ${record.start_time}. Ended: ${over}${record.duration_minutes === null ? '' : `, after ${counted(record.duration_minutes, 'minute')}`}.`,
    `Limit: ${record.deadline ?? 'none'}${record.limit_missed ? ', missed' : ''}. All times are UTC.`,
  ];
}

function whoMade(record: RollbackRecord): string[] {
  const { alarm, operator, principal, execution_arn, fleet_released } = record;
  // A person who may start the machine can start it with an alarm's event, so the event alone does not show who did.
  const otherPrincipal = alarm
    ? " An alarm's own event is started by the role of the phase's rule or of Reconcile; another principal is a person."
    : '';
  const principalSentence = principal
    ? `Verified principal of the start: ${principal}.${otherPrincipal}`
    : 'The principal of the start is not verified.';
  const released = fleet_released
    ? [
        `The fleet was released by ${fleet_released.operator} (claimed) at ${fleet_released.at}: ${fleet_released.reason}`,
      ]
    : [];
  const by = alarm
    ? `The event of alarm ${alarm.name}, changed at ${alarm.changed_at}, started it; the event names no person.`
    : `A person started it. Claimed name: ${operator ?? 'none'}.`;
  return [by, principalSentence, `Execution: ${execution_arn}.`, ...released];
}

function whoApproved(events: readonly RollbackEvent[], record: RollbackRecord): string[] {
  const { alarm, questions, decided, review } = record;
  const given = questions.flatMap(({ number, answers }) =>
    answers.map(
      ({ answer, operator, principal, at }) =>
        `Question ${number}: ${answer}, by ${operator ?? 'no name'} (claimed), ${principal ?? 'nobody'} (verified), at ${at}.`,
    ),
  );
  const settled = questions.map(
    ({ number, outcome, settled_by }) =>
      `Question ${number}: ${outcome === null ? 'open' : `${outcome}: ${settled_by}`}.`,
  );
  const none = alarm
    ? 'Nobody before it: the rules decided.'
    : 'The person who started it decided; no other person approved it before.';
  const why = decided ? [`Decision: ${decided.decision}. ${decided.why.join(' ')}`] : [];
  const afterwards = review
    ? [
        review.verdict === null
          ? `Afterwards: not reviewed yet; due by ${review.due}.`
          : `Afterwards: ${review.verdict}, by ${review.reviewer} (claimed), ${review.principal ?? 'nobody'} (verified), at ${review.at}: ${review.reason}`,
      ]
    : [];
  const unchanged = firstChange(events, record) ? [] : ['No change was made, so none was approved.'];
  return [...unchanged, ...(given.length > 0 ? given : [none]), ...settled, ...why, ...afterwards];
}

/** Returns the step at which a person had the rollback begin, and why each other step was not run; [] if it began at its first. */
function began({ begins_at }: RollbackRecord): string[] {
  if (!begins_at) return [];
  const { name, operator, reason } = begins_at;
  const steps = beginsAtLines(begins_at).map((line) => line.trim().replace(/ {2,}/, ' '));
  return [`Began at ${name}, as ${operator ?? 'somebody'} wanted: ${reason ?? 'no reason'}. ${steps.join('. ')}.`];
}

function nature(record: RollbackRecord): string[] {
  const { phase_name, trigger, severity, reason, restores, also_undone, hosts, steps, flags, ending, problem } = record;
  const undone = laterPhasesUndone(record);
  return [
    `${record.mode === 'simulate' ? 'DRILL' : 'Rollback'} of ${phaseWords(record)} (${phase_name}), mode ${record.mode}. Trigger: ${trigger}, severity ${severity}${reason === null ? '' : `. Reason: ${reason}`}.`,
    `Code: ${restores ? restoredCodeSentence(restores.paths) : 'the opening does not say which is restored'}.`,
    ...(undone === 'no' ? [] : [`Later phases ${also_undone.join(', ')} undone with it: ${undone}.`]),
    ...began(record),
    `Flags overridden: ${Object.keys(flags).join(', ') || 'none'}.`,
    `Steps on ${counted(hosts, 'host')}: ${steps.map(({ step, verdict }) => `${step} (${verdict})`).join(', ') || 'none'}.`,
    `Ending: ${ending ?? 'not closed'}${problem === null ? '' : `: ${problem}`}. Data lost: ${record.data_loss === null ? 'not known' : record.data_loss ? 'yes' : 'no'}.`,
  ];
}
