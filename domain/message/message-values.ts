import { counted } from '../counted.ts';
import type { RollbackEvent } from '../history/event.ts';
import { keptFleet, otherWords } from '../history/kept-fleet.ts';
import { leftOutHosts, startCommandsForHosts } from '../history/phases-left.ts';
import { minutesBetween, type RollbackRecord } from '../history/record.ts';
import { laterPhasesUndone } from '../history/restored-code.ts';
import { skippedSteps, startCommandsForSkipped } from '../history/skipped-steps.ts';
import type { OwedByAPerson } from '../host/owed-elsewhere.ts';
import { phaseNumbers, phaseWords } from '../phases.ts';
import type { UsualMinutes } from '../statistics/usual-minutes.ts';
import { versionWords } from '../target/chosen-target.ts';
import { environmentWords } from './execution-place.ts';
import { haltedWords, resumeWords } from './halted-trading.ts';
import { notHeldWords } from './held-deployments.ts';
import { referenceLine, referenceLines } from './reference.ts';

/** The placeholders that every template of infra/notifications may contain. */
export const messageWords = [
  'rollback_id',
  'execution',
  'phase',
  'phase_name',
  'severity',
  'trigger',
  'detected_at',
  'affected_systems',
  'impact',
  'eta',
  'completed_at',
  'version',
  'status',
  'next_steps',
  'problem',
  'fleet',
  'trading',
  'not_reached',
  'decided',
  'would',
  'assessed',
  'says',
  'ending',
  'environment_words',
  'reference',
  'reference_line',
  'drill_reason',
] as const;

/** Returns the value of each placeholder from a rollback's record and events. null becomes "unknown" in a message. */
export function messageValues(
  record: RollbackRecord,
  events: readonly RollbackEvent[],
): Record<(typeof messageWords)[number], string | number | null> {
  const [opening] = events;
  const names = namesLeft(events, record);
  const decided = events.findLast(({ type }) => type === 'Decided')?.detail;
  return {
    rollback_id: record.rollback_id,
    execution: record.execution_arn,
    phase: phaseNumbers(record),
    phase_name: record.phase_name,
    severity: record.severity,
    trigger: record.trigger,
    detected_at: record.start_time,
    affected_systems: `fleet ${record.fleet}, ${hosts(record.hosts, names)}${leftOut(record)}${notOnline(record.hosts_not_online)}${undone(record)}`,
    impact: `${opening?.detail['impact'] ?? `${record.trigger}: ${record.reason ?? 'started by hand'}`}${joined(record.joined)}`,
    eta: etaOf(record, null),
    completed_at: record.completion_time,
    version: versionWords(record.targets, record.phase, record.restored_to),
    status: `${statusOf(record)}${haltedWords(events)}${notHeldWords(events)}`,
    not_reached: notReached(record, events),
    next_steps: `${stoppedNext(record, events)}${resumeWords(events, environmentWords(record.execution_arn))}root cause analysis; the data that the steps removed is in quarantine on the hosts${overrides(record.flags)}${deployedMeanwhile(record)}${owed(record)}${owedSteps(record)}${owedElsewhere(record, events)}${toReview(record.review)}`,
    problem: record.problem && `${record.problem}${unheard(record)}`,
    fleet: fleetState(events, record),
    trading: null, // the history of halts is not the rollback's own: whoever sends a message reads it
    decided: record.decided?.why.join(' ') ?? null,
    would: decided?.['would'] === undefined ? null : outcomeUnderAuto(String(decided['would'])),
    assessed: record.assessment?.reasoning.join(' ') ?? 'A person set the severity.',
    says: null, // the current forecast of the limit: Reconcile fills it in
    ending: record.ending, // null: the state machine may know it, else openEnding
    environment_words: environmentWords(record.execution_arn),
    reference: referenceLines(record, events),
    reference_line: referenceLine(record, events),
    drill_reason: drillReason(record),
  };
}

/** The ending in a message about a rollback that has none yet. */
export const openEnding = 'it has not ended yet';

/** Returns why a drill ended as it did; null: its record does not know that. Only a drill that passed has asked every host. */
/** Whether the question without an answer, after which the rollback stopped, was heard; '' after any other stop. */
function unheard({ ending, questions, mode }: RollbackRecord): string {
  const { without_answer, acknowledged } = questions.at(-1) ?? {};
  if (mode !== 'live' || ending !== 'Needs a person' || without_answer === undefined) return '';
  return acknowledged
    ? ` Unanswered: ${acknowledged.operator} acknowledged the question at ${acknowledged.at}, and did not answer it.`
    : ' Unheard: nobody acknowledged the question.';
}

function drillReason({ ending, problem, questions }: RollbackRecord): string | null {
  const onHosts =
    problem ?? (ending === 'Drill passed' ? 'Every host reported that each step would work there.' : null);
  return onHosts && [...questions.map(answersWords), onHosts].join(' ');
}

/** Returns who answered a drill's question when, counted from the question. A real rollback cuts a question short: outcome void. */
function answersWords({ asked_at, answers, outcome }: RollbackRecord['questions'][number]): string {
  if (answers.length === 0 && outcome === 'void') return `The question of ${asked_at} was cut short.`;
  if (answers.length === 0) return `NOBODY ANSWERED the question of ${asked_at}.`;
  return answers
    .map(
      ({ answer, operator, at }) =>
        `${operator ?? 'Somebody'} answered ${answer} after ${counted(minutesBetween(asked_at, at), 'minute')}.`,
    )
    .join(' ');
}

/**
 * Returns when the rollback is expected to be over: by the usual time of such rollbacks if enough of them are known, else by its
 * limit.
 */
export function etaOf(
  { start_time, deadline, severity }: Pick<RollbackRecord, 'start_time' | 'deadline' | 'severity'>,
  usual: UsualMinutes | null,
): string | null {
  if (!deadline || !usual) return deadline && `${deadline} (the limit for ${severity})`;
  const at = new Date(Date.parse(start_time) + usual.p95 * 60_000).toISOString();
  return `${at} (95 % of the last ${counted(usual.rollbacks, 'such rollback')} took at most ${counted(usual.p95, 'minute')}); the limit for ${severity} is ${deadline}`;
}

/** "operational" after a rollback to which no problem is left; the last one of an incident is the only one that can be. */
function statusOf({ ending, problem }: RollbackRecord): string {
  if (ending !== 'Rolled back') return 'degraded';
  return problem === null ? 'operational' : `degraded: ${problem}`;
}

/** Returns, in words, the outcome that a decision (`act`, `ask confirm`, or an ending) would have had under `trust: auto`. */
function outcomeUnderAuto(decision: string): string {
  if (decision === 'act') return 'it would have been rolled back';
  const kind = /^ask (.+)$/.exec(decision)?.[1];
  return kind ? `people would have been asked (${kind})` : `it would have ended "${decision}"`;
}

/** "; joined by data_corruption, CRITICAL (alarm … since …)" */
const joined = (all: RollbackRecord['joined']) =>
  all
    .map(
      ({ trigger, severity, alarm, changed_at }) =>
        `; joined by ${trigger}, ${severity} (alarm ${alarm}, ${changed_at})`,
    )
    .join('');

/** Returns the hosts that were not rolled back, each with the reason that the history has. */
function notReached(record: RollbackRecord, events: readonly RollbackEvent[]): string {
  const { hosts_not_online } = record;
  const left = leftOutHosts(record).map((name) => `${name} (left out by a person)`);
  const away = events.flatMap(({ type, detail }) =>
    type === 'Hosts frozen' || type === 'Hosts lost' ? ((detail['away'] ?? []) as string[]) : [],
  );
  const reasonFor = (name: string) => away.find((one) => one.startsWith(`${name} (`)) ?? name;
  const more = hosts_not_online.length > 20 ? ` and ${hosts_not_online.length - 20} more` : '';
  const named = [...left.slice(0, 20), ...hosts_not_online.slice(0, 20).map(reasonFor)];
  return `${named.join(', ') || 'none'}${more}`;
}

/** Returns the names of the hosts on which the rollback still acts, as far as its events name them. */
function namesLeft(events: readonly RollbackEvent[], record: RollbackRecord): readonly string[] {
  const namesIn = (...types: readonly RollbackEvent['type'][]) =>
    events.flatMap(({ type, detail }) => (types.includes(type) ? ((detail['names'] ?? []) as string[]) : []));
  const gone = [...namesIn('Hosts lost', 'Hosts already done'), ...leftOutHosts(record)];
  const narrowed = namesIn('Narrowed to ill hosts');
  return (narrowed.length > 0 ? narrowed : namesIn('Hosts frozen')).filter((name) => !gone.includes(name));
}

const leftOut = (record: RollbackRecord) => {
  const names = leftOutHosts(record);
  return names.length > 0 ? `; left out by a person, so not rolled back: ${names.slice(0, 10).join(', ')}` : '';
};

const notOnline = (names: readonly string[]) =>
  names.length > 0 ? `; away, so not rolled back: ${names.slice(0, 10).join(', ')}` : '';

/** Returns the fleet's state from the closing event, with the hosts that people left out; before the closing only the lock itself holds it. */
function fleetState(events: readonly RollbackEvent[], record: RollbackRecord): string {
  const { execution_arn, steps } = record;
  const words = environmentWords(execution_arn);
  const closed = events.findLast(({ type }) => type === 'Rollback closed')?.detail['fleet'];
  if (closed === undefined) return `possibly held; check with: npm run rollback -- show${words}`;
  const left = leftOutHosts(record);
  const isStopped = closed === 'held' || (record.ending === 'Needs a person' && steps.length > 0);
  const out =
    isStopped && left.length > 0 ? `; left out by a person, so not rolled back: ${left.slice(0, 20).join(', ')}` : '';
  const { behind, before, heldBy } = keptFleet(events);
  if (closed !== 'held')
    return heldBy
      ? `held by ${otherWords(heldBy)}; this rollback waited for it, and no longer does${out}`
      : `free${out}`;
  if (behind) return `held by ${otherWords(behind)}, and after it kept for this one until a person releases it${out}`;
  const also = before ? `; ${otherWords(before)} stopped too and has it next: it needs a release of its own` : '';
  return `held until a person releases it${also}${out}`;
}

/** A rollback that stopped while this one held the fleet: nobody else acts before a person has released it. */
function stoppedNext({ execution_arn, ending }: RollbackRecord, events: readonly RollbackEvent[]): string {
  const { before } = keptFleet(events);
  if (!before || ending === 'Needs a person') return '';
  return `${otherWords(before)} stopped, and has the fleet now until a person releases it: npm run rollback -- show ${before.rollback}${environmentWords(execution_arn)} ; `;
}

/** "; phases 2, 3 and 4 are undone with it", or "may be" if the code is restored on some hosts only. */
function undone(record: RollbackRecord): string {
  const phases = record.also_undone;
  const undone = laterPhasesUndone(record);
  if (undone === 'no') return '';
  const all =
    phases.length === 1 ? `phase ${phases[0]}` : `phases ${phases.slice(0, -1).join(', ')} and ${phases.at(-1)}`;
  if (undone === 'perhaps') return `; ${all} may be undone with it`;
  return `; ${all} ${phases.length === 1 ? 'is' : 'are'} undone with it`;
}

function overrides(flags: RollbackRecord['flags']): string {
  const set = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  return set.length > 0 ? `; lift these flag overrides after the incident: ${set.join(', ')}` : '';
}

const deployedMeanwhile = ({ deployed_during }: RollbackRecord) =>
  deployed_during.length > 0
    ? `; deployed while this rollback ran, so perhaps half undone and not verified: ${deployed_during.map(({ version, at }) => `${version} (${at})`).join(', ')}`
    : '';

/** Hosts that a person left out: nothing else rolls them back. They are owed each phase, the latest first. */
function owed(record: RollbackRecord): string {
  const hosts = leftOutHosts(record);
  if (hosts.length === 0) return '';
  const starts = startCommandsForHosts(record, hosts, environmentWords(record.execution_arn));
  return `; left out by a person and still at the bad version: ${hosts.slice(0, 20).join(', ')}; once mended: ${starts.join(rightAfter)}`;
}

/** Steps that people skipped on every host: nothing else does them. */
function owedSteps(record: RollbackRecord): string {
  const skipped = skippedSteps(record);
  if (skipped.length === 0 || record.ending === 'Needs a person') return '';
  const starts = startCommandsForSkipped(skipped, environmentWords(record.execution_arn));
  return `; skipped on every host: ${skipped.map(({ step }) => step).join(', ')}; once its cause is mended: ${starts.join(rightAfter)}`;
}

/** Hosts that people left out of rollbacks of other phases: they are at this rollback's target, and nothing else rolls them back. */
const owedElsewhere = ({ execution_arn }: RollbackRecord, events: readonly RollbackEvent[]): string =>
  ((events.findLast(({ type }) => type === 'Recovery confirmed')?.detail['owed'] ?? []) as OwedByAPerson[])
    .map(({ phases, hosts }) => {
      const of = { phase: phases.at(-1) ?? 0, phases };
      const starts = startCommandsForHosts(of, hosts, environmentWords(execution_arn));
      return `; left out by a person and still at the bad version of ${phaseWords(of)}: ${hosts.slice(0, 20).join(', ')}; once mended: ${starts.join(rightAfter)}`;
    })
    .join('');

const rightAfter = ' , and right after it: ';

const toReview = (review: RollbackRecord['review']) =>
  review?.verdict === null
    ? `; a second person must review by ${review.due} whether this rollback was right: docs/runbook.md#review-overdue`
    : '';

function hosts(count: number | null, names: readonly string[]): string {
  if (count === null) return 'hosts unknown';
  const listed = names.slice(0, 10);
  const more = count > listed.length && listed.length > 0 ? ` and ${count - listed.length} more` : '';
  return `${counted(count, 'host')}${listed.length > 0 ? `: ${listed.join(', ')}${more}` : ''}`;
}
