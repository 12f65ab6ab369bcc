import type { Assessment } from '../alarm/assessment.ts';
import type { Ending } from '../ending.ts';
import type { FlagValue } from '../flag.ts';
import type { Restores } from '../infra/runbook-steps.ts';
import { isWorse, type Severity } from '../severity.ts';
import type { RecordedTarget } from '../target/chosen-target.ts';
import type { HostWitness } from '../witness/host-witness.ts';
import { type AcknowledgementRecord, withAcknowledgements } from './acknowledgements.ts';
import { type AnnotationRecord, withFindings } from './annotation-record.ts';
import type { BeginsAtReport } from './begins-at.ts';
import type { RollbackEvent } from './event.ts';
import { type QuestionRecord, withQuestions } from './question-record.ts';
import { type ReviewRecord, withReview } from './review-record.ts';
import { type StepRecord, withSteps } from './step-record.ts';

/**
 * The summary of one rollback: a projection of its events, which recordOf() can rebuild at any time.
 *
 * The first ten fields have the customer's exact names (procedure, "Tracking Metrics"). A value that is not known is null, never
 * a guess.
 */
export type RollbackRecord = {
  readonly rollback_id: string;
  readonly phase: number;
  /** The phases of a rollback of several, the latest first; `phase` is the lowest. Absent: one phase. */
  readonly phases?: readonly number[];
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
  /** The assessed severity; the joined alarm's, if a worse alarm joined. */
  readonly severity: Severity;
  /** The severity of the trigger, or of the person's request, before any assessment. */
  readonly severity_at_opening: Severity;
  /** ISO 8601: the limit by severity, by which the rollback must be over. */
  readonly deadline: string | null;
  /** The rollback was still running after its deadline. */
  readonly limit_missed: boolean;
  readonly reason: string | null;
  /** The name of the person who started the rollback: a claim, unlike `principal`. */
  readonly operator: string | null;
  /** ARN of the principal that started the execution, from CloudTrail; null: not known yet. */
  readonly principal: string | null;
  readonly mode: string;
  /** The alarm whose change of state opened the rollback; null: started by hand. */
  readonly alarm: { readonly name: string; readonly changed_at: string } | null;
  /** The alarm's measured severity, with the numbers; null: a person set the severity. */
  readonly assessment: Assessment | null;
  /** The newest decision and its reasons; null: the rollback had nothing to decide. */
  readonly decided: { readonly decision: string; readonly why: readonly string[] } | null;
  /** The questions that the rollback asked, oldest first. */
  readonly questions: readonly QuestionRecord[];
  /** Other alarms of the phase that joined this rollback, each with its newest change of state. */
  readonly joined: readonly JoinedAlarm[];
  /** ISO 8601: the first breaching datapoint, from which service impact is counted; null: unknown, or started by hand. */
  readonly breaching_since: string | null;
  /** The hosts to roll back, by name or instance id; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** The step at which a person had the rollback begin, and what was done of the others; null: it began at the first. */
  readonly begins_at: BeginsAtReport | null;
  /** The deployment that is rolled back: the phase's newest before start_time. */
  readonly deployment: { readonly version: string; readonly at: string } | null;
  /** Deployments of the phase that were recorded while the rollback ran: they may be half undone, and count as unverified. */
  readonly deployed_during: readonly { readonly version: string; readonly at: string }[];
  readonly execution_arn: string;
  readonly fleet: string;
  readonly hosts: number | null;
  /** Names of tagged hosts whose agent was not online at the opening, or that left the fleet later; `hosts` does not count them. */
  readonly hosts_not_online: readonly string[];
  readonly fence: number | null;
  /**
   * The incident: rollbacks of several phases that overlap on one fleet. It has the id of the rollback that took the fleet
   * first; null: the fleet was never waited for or taken.
   */
  readonly incident: string | null;
  readonly steps: readonly StepRecord[];
  /** Steps and hosts that people left out when the rollback could not go on, by the answers skip and without-hosts. */
  readonly left_out: readonly LeftOut[];
  /** Flag overrides that the rollback set; they stay until a person or the next verified deployment lifts them. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** The value of each override before the rollback; null: there was no override. */
  readonly flags_before: Readonly<Record<string, FlagValue | null>>;
  /** Later phases that are undone too, because this rollback restores code on which they lie. */
  readonly also_undone: readonly number[];
  /** The restored part of the code, and the steps that restore it; null: the opening event lacks it. */
  readonly restores: Restores | null;
  /** The version to which each phase goes back, with the reason for the choice. Absent: not chosen yet, or no code is restored. */
  readonly targets?: readonly RecordedTarget[];
  /** The version that every host was confirmed to run; null until recovery is confirmed. */
  readonly restored_to: string | null;
  readonly ending: Ending | null;
  /** The reason for the ending, for a person. */
  readonly problem: string | null;
  readonly fleet_released: Released | null;
  /** People's findings after the end, beside `root_cause` and `prevention_measures`; null: nobody has annotated it. */
  readonly annotation: AnnotationRecord | null;
  /** The people who said that they had heard a page, oldest first; absent: nobody did. */
  readonly acknowledged?: readonly AcknowledgementRecord[];
  /** The review by a second person; null: the rollback needs none, or has not ended. */
  readonly review: ReviewRecord | null;
  /** The messages to people, and whether each was sent. */
  readonly messages: readonly SentMessage[];
  /** Executions that ended at once because of this rollback: repeats of its alarm, and alarms that joined it. */
  readonly attached: readonly string[];
  /** Number of entries that the history table accepted late; until then they were in the state table. */
  readonly history_late: number;
  /** The end of the chain: the number of events in this record, and the hash of the last (`head`). */
  readonly events: number;
  readonly head: string;
};

type JoinedAlarm = {
  readonly alarm: string;
  readonly trigger: string;
  readonly severity: Severity;
  readonly changed_at: string;
  /** The alarm has no data, or its severity cannot be measured. */
  readonly blind: boolean;
  /** Facts that contradict the alarm; absent: none. */
  readonly doubts?: readonly string[];
  /** Which hosts are ill; absent: nobody looked. */
  readonly witness?: HostWitness;
};
type SentMessage = { readonly message: string; readonly at: string; readonly sent: boolean };
/** A step that was skipped on every host, or a host that was left out from a step on. */
export type LeftOut = { readonly operator: string | null; readonly reason: string | null; readonly at: string } & (
  | { readonly step: string }
  | { readonly host: string }
);
type Released = { readonly at: string; readonly operator: string; readonly reason: string };

/**
 * Rebuilds a rollback's record from its events, which must be in order and begin with the opening.
 *
 * Throws an Error if the first event is not `Rollback opened`.
 */
export function recordOf(events: readonly RollbackEvent[]): RollbackRecord {
  const [opening, ...later] = events;
  if (opening?.type !== 'Rollback opened')
    throw new Error(
      `The events of a rollback must begin with "Rollback opened"; found ${opening?.type ?? 'none'}. Read them from the first one, and check the rollback's id.`,
    );
  return later.reduce(apply, opened(opening));
}

function opened({ rollback, detail, sequence, hash }: RollbackEvent): RollbackRecord {
  return {
    rollback_id: rollback,
    phase: detail['phase'] as number,
    ...(detail['phases'] ? { phases: detail['phases'] as number[] } : {}),
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
    begins_at: null,
    deployment: null,
    deployed_during: [],
    execution_arn: detail['execution_arn'] as string,
    fleet: detail['fleet'] as string,
    hosts: null,
    hosts_not_online: [],
    fence: null,
    incident: null,
    steps: [],
    left_out: [],
    flags: {},
    flags_before: {},
    also_undone: (detail['also_undone'] ?? []) as number[],
    restores: (detail['restores'] ?? null) as RollbackRecord['restores'],
    restored_to: null,
    ending: null,
    problem: null,
    fleet_released: null,
    annotation: null,
    review: null,
    history_late: 0,
    messages: [],
    attached: [],
    events: sequence,
    head: hash,
  };
}

/** Changes a record by an event, in place: it is recordOf's own until that returns it, and a copy per event has 45 members. */
function apply(record: RollbackRecord, event: RollbackEvent): RollbackRecord {
  Object.assign(record, changed(record, event), narrowed(event));
  return Object.assign(record, withFindings(record, event), withAcknowledgements(record, event), {
    questions: withQuestions(record.questions, event),
    review: withReview(record.review, event, record.principal),
    steps: withSteps(record.steps, event),
    events: event.sequence,
    head: event.hash,
  });
}

/** A rollback that acts on the few ill hosts alone names these as one that a person starts with `only_hosts`. */
const narrowed = ({ type, detail }: RollbackEvent): Partial<RollbackRecord> =>
  type === 'Narrowed to ill hosts'
    ? { hosts: detail['hosts'] as number, only_hosts: detail['only_hosts'] as string[] }
    : {};

function changed(record: RollbackRecord, { type, detail, at }: RollbackEvent): Partial<RollbackRecord> {
  switch (type) {
    case 'Hosts frozen':
      return frozenHosts(detail);
    case 'Begins at step':
      return { begins_at: detail['begins_at'] as BeginsAtReport };
    case 'Step passed over':
      return withCheckedCode(record, detail);
    case 'Hosts lost':
      return withoutLostHosts(record, detail);
    case 'Alarm repeated':
      return { attached: [...record.attached, detail['by'] as string] };
    case 'Alarm joined':
      return { attached: [...record.attached, detail['by'] as string], ...upgraded(record, detail) };
    case 'Severity assessed':
      return assessed(detail);
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
    case 'Waiting for the fleet':
    case 'Fleet taken':
      return inFleet(detail);
    case 'Hosts already done':
      return withoutHosts(record, detail['done']);
    case 'Hosts left out':
    case 'Step skipped':
      return leftOut(record, detail, at);
    case 'Flags overridden':
      return {
        flags: { ...record.flags, ...(detail['flags'] as RollbackRecord['flags']) },
        flags_before: { ...(detail['before'] as RollbackRecord['flags_before']), ...record.flags_before },
      };
    case 'Recovery confirmed':
    case 'Recovery not confirmed':
      return checked(record, type === 'Recovery confirmed', detail, at);
    case 'Rollback closed':
      return {
        ending: detail['ending'] as Ending,
        problem: detail['problem'] as string | null,
        data_loss: (detail['data_loss'] ?? null) as boolean | null,
        deployed_during: (detail['deployed_during'] ?? []) as RollbackRecord['deployed_during'],
        completion_time: at,
        duration_minutes: minutesBetween(record.start_time, at),
      };
    case 'Fleet released':
      return { fleet_released: { at, operator: detail['operator'] as string, reason: detail['reason'] as string } };
    default:
      return {};
  }
}

const checked = (
  { breaching_since }: RollbackRecord,
  confirmed: boolean,
  detail: RollbackEvent['detail'],
  at: string,
): Partial<RollbackRecord> => ({
  restored_to: confirmed ? (detail['version'] as string) : null,
  problem: (detail['problem'] ?? null) as string | null,
  service_impact_minutes:
    confirmed && detail['impact_over'] !== false && breaching_since ? minutesBetween(breaching_since, at) : null,
});

function assessed(detail: RollbackEvent['detail']): Partial<RollbackRecord> {
  const { deadline, ...assessment } = detail as unknown as Assessment & { deadline: string };
  return { assessment, severity: assessment.severity, deadline };
}

const frozenHosts = (detail: RollbackEvent['detail']): Partial<RollbackRecord> => ({
  hosts: detail['hosts'] as number,
  hosts_not_online: detail['not_online'] as string[],
  deployment: (detail['deployment'] ?? null) as RollbackRecord['deployment'],
  ...(detail['also_undone'] ? { also_undone: detail['also_undone'] as number[] } : {}),
  ...(detail['targets'] ? { targets: detail['targets'] as RecordedTarget[] } : {}),
});

/** Adds the number of hosts whose code was found at the target, in place of the step that restores it. */
const withCheckedCode = ({ begins_at }: RollbackRecord, { code_at_target }: RollbackEvent['detail']) =>
  begins_at && code_at_target !== undefined
    ? { begins_at: { ...begins_at, code_at_target: code_at_target as number } }
    : {};

/** A rollback that waits for the fleet has an incident, and one that takes it a fence too. */
const inFleet = ({ fence, incident }: RollbackEvent['detail']): Partial<RollbackRecord> => ({
  ...(fence === undefined ? {} : { fence: fence as number }),
  incident: (incident ?? null) as string | null,
});

const withoutHosts = ({ hosts }: RollbackRecord, gone: unknown) => ({
  hosts: hosts === null ? null : hosts - (gone as number),
});

/** Adds a step that was skipped, or the hosts (`names`) that were left out. */
function leftOut(record: RollbackRecord, detail: RollbackEvent['detail'], at: string): Partial<RollbackRecord> {
  const { operator, reason, names } = detail as { operator: string | null; reason: string | null; names?: string[] };
  const said = { operator, reason, at };
  const { left_out } = record;
  if (!names) return { left_out: [...left_out, { step: detail['step'] as string, ...said }] };
  return {
    ...withoutHosts(record, names.length),
    left_out: [...left_out, ...names.map((host) => ({ host, ...said }))],
  };
}

const withoutLostHosts = (record: RollbackRecord, detail: RollbackEvent['detail']) => ({
  ...withoutHosts(record, detail['lost']),
  hosts_not_online: [...record.hosts_not_online, ...(detail['names'] as string[])],
});

/** Adds an alarm that joined. A worse alarm raises the rollback's severity to its own, with that severity's limit. */
function upgraded(record: RollbackRecord, detail: RollbackEvent['detail']): Partial<RollbackRecord> {
  const { alarm, trigger, severity, changed_at, blind, doubts, witness, deadline } = detail as JoinedAlarm & {
    deadline?: string;
  };
  if (!alarm) return {};
  const joined = [
    ...record.joined.filter((one) => one.alarm !== alarm),
    {
      ...{ alarm, trigger, severity, changed_at, blind: blind ?? false },
      ...(doubts ? { doubts } : {}),
      ...(witness ? { witness } : {}),
    },
  ];
  return isWorse(severity, record.severity) ? { joined, severity, deadline: deadline ?? record.deadline } : { joined };
}

/** Keeps one entry per message: the latest attempt to send it replaces earlier ones. */
const withMessage = ({ messages }: RollbackRecord, sent: SentMessage): SentMessage[] => [
  ...messages.filter(({ message }) => message !== sent.message),
  sent,
];

/** Returns the minutes between two instants (ISO 8601), rounded to two decimals. */
export const minutesBetween = (start: string, end: string): number =>
  Math.round((Date.parse(end) - Date.parse(start)) / 600) / 100;
