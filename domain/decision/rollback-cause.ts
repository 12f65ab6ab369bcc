import { type AlarmTransition, isEvent, parseAlarmEvent } from '../alarm/alarm-event.ts';
import { type Breach, breachOf } from '../alarm/breach.ts';
import { isSilence, lookAgainMilliseconds } from '../alarm/silence.ts';
import { capital } from '../capital.ts';
import { InvalidInput } from '../errors.ts';
import { stepNamed } from '../history/begins-at.ts';
import type { Severity } from '../severity.ts';
import type { Trigger } from '../trigger.ts';
import { type Mode, parseRollbackRequest } from './rollback-request.ts';

/** The reason for which a rollback is opened: a person's request, or an alarm's change of state. */
export type RollbackCause = {
  readonly trigger: Trigger | 'manual';
  readonly severity: Severity;
  /** The person's reason, or CloudWatch's. */
  readonly reason: string | null;
  /** The name that the person gave; null: none, or an alarm started the rollback. */
  readonly operator: string | null;
  readonly mode: Mode;
  /** ISO 8601: the alarm's change of state, or the execution's start. Limits are counted from this instant. */
  readonly start_time: string;
  /** ISO 8601: the first breaching datapoint; null if unknown. Service impact is counted from this instant. */
  readonly breaching_since: string | null;
  /** The hosts to roll back, by name or instance id; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** ISO 8601: the instant since which rows are corrupt, as a person gives it. Absent: it follows from the deployment. */
  readonly since?: string;
  /** The name of the step at which a person has the rollback begin. Absent: at the first. */
  readonly from_step?: string;
  /** The drill also asks people. Absent: no. */
  readonly people?: true;
  /** The impact, as messages give it. */
  readonly impact: string;
  readonly alarm: {
    readonly name: string;
    readonly changed_at: string;
    readonly state: Exclude<AlarmTransition['state'], 'OK'>;
  } | null;
  /** The datapoints that turned the alarm red; null if unknown. Severity is measured over them. */
  readonly breach: Breach | null;
  /** No datapoint breached: the alarm is not OK because data is missing. */
  readonly silent: boolean;
};

/** The clocks of AWS services agree within 60 s; an event from further in the future is not genuine. */
const skewMilliseconds = 60_000;

/**
 * Reads an execution's input: an alarm event, or a person's request. Throws InvalidInput.
 *
 * A person who may start the machine can write an alarm event by hand, so a forged event must not widen what is undone.
 * The severity therefore comes from triggers.yaml, and the event's instant must not be in the future.
 * An instant in the past must be confirmed by CloudWatch (lambdas/open-rollback/admission.ts).
 */
export function rollbackCauseOf(
  input: unknown,
  {
    phase,
    startedAt,
    severityOf,
    impactOf = {},
    steps = [],
  }: {
    phase: number;
    startedAt: string;
    severityOf: Readonly<Record<string, Severity>>;
    /** Per trigger, the impact in triggers.yaml; a trigger without one gets CloudWatch's reason. */
    impactOf?: Readonly<Record<string, string | undefined>>;
    /** The names of the runbook's steps. */
    steps?: readonly string[];
  },
): RollbackCause {
  if (!isEvent(input)) return causeOfPerson(input, startedAt, { phase, steps, severityOf });
  const { trigger, alarm, changed_at, state, reason, reason_data } = parseAlarmEvent(input, phase);
  if (state === 'OK')
    throw new InvalidInput(
      `The alarm ${alarm} is OK; expected ALARM or INSUFFICIENT_DATA. To roll back anyway, start with {}. Nothing was changed.`,
    );
  if (Date.parse(changed_at) - Date.parse(startedAt) > skewMilliseconds)
    throw new InvalidInput(
      `The alarm ${alarm} has a change of state in the future: ${changed_at}; this execution started at ${startedAt}. Check the sender of the event. Nothing was changed.`,
    );
  const silent = isSilence({ state, reason, reason_data });
  // A silence that is looked at once more says nothing of when a fault began: people get the whole time to answer.
  const again = silent && Date.parse(startedAt) - Date.parse(changed_at) >= lookAgainMilliseconds;
  const breach = silent ? null : breachOf(reason_data);
  const condition = state === 'INSUFFICIENT_DATA' ? 'has no data' : 'is red';
  return {
    trigger,
    severity: severityOf[trigger] ?? 'HIGH',
    reason,
    operator: null,
    mode: 'live',
    start_time: again ? startedAt : changed_at,
    breaching_since: breach?.from ?? null,
    only_hosts: null,
    impact: `${trigger} (alarm ${alarm} ${condition}): ${impactOf[trigger] ?? reason}`,
    alarm: { name: alarm, changed_at, state },
    breach,
    silent,
  };
}

/**
 * Returns the cause that a person's input gives. `steps`: the names of the runbook's steps.
 *
 * A drill of a trigger has that trigger's severity, so that it is held to the limit of a real alarm.
 */
function causeOfPerson(
  input: unknown,
  startedAt: string,
  {
    phase,
    steps,
    severityOf,
  }: {
    readonly phase: number;
    readonly steps: readonly string[];
    readonly severityOf: Readonly<Record<string, Severity>>;
  },
): RollbackCause {
  const { trigger = 'manual', ...request } = parseRollbackRequest(input, startedAt);
  const { severity: given } = input as { readonly severity?: unknown };
  const severity = given === undefined ? (severityOf[trigger] ?? request.severity) : request.severity;
  const from = request.from_step === undefined ? {} : { from_step: stepNamed(request.from_step, steps, phase) };
  const by = `started by hand${request.operator ? ` by ${request.operator}` : ''}${from.from_step ? `, from ${from.from_step} on` : ''}`;
  const said = request.reason ? `${request.reason} (${by})` : capital(by);
  return {
    ...request,
    ...from,
    severity,
    trigger,
    start_time: startedAt,
    breaching_since: null,
    impact: request.mode === 'simulate' ? `DRILL, nothing is rolled back. ${said}` : said,
    alarm: null,
    breach: null,
    silent: false,
  };
}
