import type { Assessment } from '../alarm/assessment.ts';
import type { Ending } from '../ending.ts';
import type { FlagValue } from '../flag.ts';
import type { Restores } from '../infra/runbook.ts';
import { isWorse, type Severity } from '../severity.ts';
import type { RollbackEvent } from './event.ts';
import { type QuestionRecord, withQuestions } from './question-record.ts';
import { type StepRecord, withSteps } from './step-record.ts';

/**
 * One rollback at a glance: a projection of its events, which can be made again from them at any time.
 *
 * The first ten fields are the customer's, by their exact names (seed, "Tracking Metrics"). What has not been computed
 * is null, never a guess.
 */
export type RollbackRecord = {
  readonly rollback_id: string;
  readonly phase: number;
  readonly trigger: string;
  readonly start_time: string;
  readonly completion_time: string | null;
  /** Minutes from start to completion, two decimals. */
  readonly duration_minutes: number | null;
  readonly data_loss: boolean | null;
  readonly service_impact_minutes: number | null;
  readonly root_cause: string | null;
  readonly prevention_measures: readonly string[] | null;

  readonly phase_name: string;
  /** As assessed; after an upgrade, the worse one of the alarm that joined. */
  readonly severity: Severity;
  /** As its trigger or the person said, before anything was assessed. */
  readonly severity_at_opening: Severity;
  /** ISO 8601: when it must be over, by its severity. */
  readonly deadline: string | null;
  /** It was over its deadline while it ran. */
  readonly limit_missed: boolean;
  readonly reason: string | null;
  /** Who says they started it: a claim, until a verified principal stands beside it. */
  readonly operator: string | null;
  /** Who really started it: the ARN that CloudTrail has; null: not known yet. */
  readonly principal: string | null;
  readonly mode: string;
  /** The alarm whose change of state opened it; null: started by hand. */
  readonly alarm: { readonly name: string; readonly changed_at: string } | null;
  /** How bad the alarm is, with the numbers; null: a person said how bad it is. */
  readonly assessment: Assessment | null;
  /** What was decided last, and why; null: it had nothing to do. */
  readonly decided: { readonly decision: string; readonly why: readonly string[] } | null;
  /** What people were asked, oldest first. */
  readonly questions: readonly QuestionRecord[];
  /** Other alarms of its phase that it answers, the newest change of each. */
  readonly joined: readonly JoinedAlarm[];
  /** The first breaching datapoint; service impact is counted from it. null: not known, or started by hand. */
  readonly breaching_since: string | null;
  /** The hosts it was asked to roll back; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** The deployment that is rolled back: the phase's newest before start_time. */
  readonly deployment: { readonly version: string; readonly at: string } | null;
  readonly execution_arn: string;
  readonly fleet: string;
  readonly hosts: number | null;
  /** Tagged hosts whose agent was not online at the opening; they were not rolled back. */
  readonly hosts_not_online: readonly string[];
  readonly fence: number | null;
  readonly steps: readonly StepRecord[];
  /** Overrides it has set; they stay until a person or the next verified deployment lifts them. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** What the overrides were before it; null: there was none. */
  readonly flags_before: Readonly<Record<string, FlagValue | null>>;
  /** Later phases whose code went back with it: the whole tree did. */
  readonly also_undone: readonly number[];
  /** What of the code goes back, and by which steps; null: its opening did not say. */
  readonly restores: Restores | null;
  /** The version every host was seen to be at; null until recovery is confirmed. */
  readonly restored_to: string | null;
  readonly ending: Ending | null;
  /** Why it ended as it did, for a person. */
  readonly problem: string | null;
  readonly fleet_released: Released | null;
  /** What was told to people, and whether it left. */
  readonly messages: readonly SentMessage[];
  /** Executions that had nothing to do because of this one: repeats of its alarm, and others that joined it. */
  readonly attached: readonly string[];
  /** How many entries the history table took late; they waited in the state table. */
  readonly history_late: number;
  /** The chain's end: how many events this was made from, and the last one's hash. */
  readonly events: number;
  readonly head: string;
};

type JoinedAlarm = {
  readonly alarm: string;
  readonly trigger: string;
  readonly severity: Severity;
  readonly changed_at: string;
  /** Nothing says how bad it is. */
  readonly blind: boolean;
};
type SentMessage = { readonly message: string; readonly at: string; readonly sent: boolean };
type Released = { readonly at: string; readonly operator: string; readonly reason: string };

/** The record that these events add up to. They must begin with the opening and stand in order. */
export function recordOf(events: readonly RollbackEvent[]): RollbackRecord {
  const [opening, ...later] = events;
  if (opening?.type !== 'Rollback opened')
    throw new Error(`The chain begins with ${opening?.type ?? 'nothing'}, not with an opening.`);
  return later.reduce(apply, opened(opening));
}

function opened({ rollback, detail, sequence, hash }: RollbackEvent): RollbackRecord {
  return {
    rollback_id: rollback,
    phase: detail['phase'] as number,
    trigger: detail['trigger'] as string,
    start_time: detail['start_time'] as string,
    completion_time: null,
    duration_minutes: null,
    data_loss: null,
    service_impact_minutes: null,
    root_cause: null,
    prevention_measures: null,
    phase_name: detail['phase_name'] as string,
    severity: detail['severity'] as Severity,
    severity_at_opening: detail['severity'] as Severity,
    deadline: (detail['deadline'] ?? null) as string | null,
    limit_missed: false,
    reason: detail['reason'] as string | null,
    operator: detail['operator'] as string | null,
    principal: null,
    mode: detail['mode'] as string,
    alarm: (detail['alarm'] ?? null) as RollbackRecord['alarm'],
    assessment: null,
    decided: null,
    questions: [],
    joined: [],
    breaching_since: (detail['breaching_since'] ?? null) as string | null,
    only_hosts: (detail['only_hosts'] ?? null) as RollbackRecord['only_hosts'],
    deployment: null,
    execution_arn: detail['execution_arn'] as string,
    fleet: detail['fleet'] as string,
    hosts: null,
    hosts_not_online: [],
    fence: null,
    steps: [],
    flags: {},
    flags_before: {},
    also_undone: (detail['also_undone'] ?? []) as number[],
    restores: (detail['restores'] ?? null) as RollbackRecord['restores'],
    restored_to: null,
    ending: null,
    problem: null,
    fleet_released: null,
    history_late: 0,
    messages: [],
    attached: [],
    events: sequence,
    head: hash,
  };
}

function apply(record: RollbackRecord, event: RollbackEvent): RollbackRecord {
  return {
    ...record,
    ...changed(record, event),
    questions: withQuestions(record.questions, event),
    steps: withSteps(record.steps, event),
    events: event.sequence,
    head: event.hash,
  };
}

function changed(record: RollbackRecord, { type, detail, at }: RollbackEvent): Partial<RollbackRecord> {
  switch (type) {
    case 'Hosts frozen':
      return {
        hosts: detail['hosts'] as number,
        hosts_not_online: detail['not_online'] as string[],
        deployment: (detail['deployment'] ?? null) as RollbackRecord['deployment'],
      };
    case 'Alarm repeated':
      return { attached: [...record.attached, detail['by'] as string] };
    case 'Alarm joined':
      return { attached: [...record.attached, detail['by'] as string], ...upgraded(record, detail) };
    case 'Severity assessed': {
      const { deadline, ...assessment } = detail as unknown as Assessment & { deadline: string };
      return { assessment, severity: assessment.severity, deadline };
    }
    case 'Decided':
      return { decided: { decision: detail['decision'] as string, why: detail['why'] as string[] } };
    case 'Principal verified':
      return detail['by'] === record.execution_arn ? { principal: detail['principal'] as string } : {};
    case 'Limit missed':
      return { limit_missed: true };
    case 'History caught up':
      return { history_late: record.history_late + (detail['late'] as number) };
    case 'Message sent':
    case 'Message not sent':
      return {
        messages: withMessage(record, { message: detail['message'] as string, at, sent: type === 'Message sent' }),
      };
    case 'Fleet taken':
      return { fence: detail['fence'] as number };
    case 'Flags overridden':
      return {
        flags: { ...record.flags, ...(detail['flags'] as RollbackRecord['flags']) },
        flags_before: { ...(detail['before'] as RollbackRecord['flags_before']), ...record.flags_before },
      };
    case 'Recovery confirmed':
    case 'Recovery not confirmed':
      return {
        restored_to: type === 'Recovery confirmed' ? (detail['version'] as string) : null,
        problem: (detail['problem'] ?? null) as string | null,
        service_impact_minutes:
          type === 'Recovery confirmed' && detail['impact_over'] !== false && record.breaching_since
            ? minutesBetween(record.breaching_since, at)
            : null,
      };
    case 'Rollback closed':
      return {
        ending: detail['ending'] as Ending,
        problem: detail['problem'] as string | null,
        data_loss: (detail['data_loss'] ?? null) as boolean | null,
        completion_time: at,
        duration_minutes: minutesBetween(record.start_time, at),
      };
    case 'Fleet released':
      return { fleet_released: { at, operator: detail['operator'] as string, reason: detail['reason'] as string } };
    default:
      return {};
  }
}

/** An alarm that joins is answered too; a worse one makes the rollback as bad as itself, with that severity's limit. */
function upgraded(record: RollbackRecord, detail: RollbackEvent['detail']): Partial<RollbackRecord> {
  const { alarm, trigger, severity, changed_at, blind, deadline } = detail as JoinedAlarm & { deadline?: string };
  if (!alarm) return {};
  const joined = [
    ...record.joined.filter((one) => one.alarm !== alarm),
    { alarm, trigger, severity, changed_at, blind: blind ?? false },
  ];
  return isWorse(severity, record.severity) ? { joined, severity, deadline: deadline ?? record.deadline } : { joined };
}

/** A message that left in the end stands there once. */
const withMessage = ({ messages }: RollbackRecord, sent: SentMessage): SentMessage[] => [
  ...messages.filter(({ message }) => message !== sent.message),
  sent,
];

export const minutesBetween = (start: string, end: string): number =>
  Math.round((Date.parse(end) - Date.parse(start)) / 600) / 100;
