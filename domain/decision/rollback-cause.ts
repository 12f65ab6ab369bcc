import { type AlarmTransition, isEvent, parseAlarmEvent } from '../alarm/alarm-event.ts';
import { type Breach, breachOf } from '../alarm/breach.ts';
import { InvalidInput } from '../errors.ts';
import type { Severity } from '../severity.ts';
import type { Trigger } from '../trigger.ts';
import { type Mode, parseRollbackRequest } from './rollback-request.ts';

/** Why a rollback is opened: a person asked, or an alarm changed. */
export type RollbackCause = {
  readonly trigger: Trigger | 'manual';
  readonly severity: Severity;
  readonly reason: string | null;
  readonly operator: string | null;
  readonly mode: Mode;
  /** ISO 8601: the alarm's own change of state, or the execution's start. Limits are counted from it. */
  readonly start_time: string;
  /** ISO 8601: the first breaching datapoint; null where nobody knows. Service impact is counted from it. */
  readonly breaching_since: string | null;
  /** The hosts to roll back, by name or instance id; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** What people are told is wrong. */
  readonly impact: string;
  readonly alarm: {
    readonly name: string;
    readonly changed_at: string;
    readonly state: Exclude<AlarmTransition['state'], 'OK'>;
  } | null;
  /** The datapoints that made the alarm red; null where nobody says. Severity is measured over them. */
  readonly breach: Breach | null;
};

/** Clocks of AWS's services agree within this; an event of a later future is nobody's alarm. */
const skewMilliseconds = 60_000;

/**
 * What an execution's input asks for. Throws InvalidInput.
 *
 * Whoever may start a machine may write an event by hand, so nothing an event says is believed that could widen what is
 * undone: its severity is triggers.yaml's, and its instant is not in the future (nor, unless CloudWatch says so, in the past:
 * lambdas/open-rollback/admission.ts).
 */
export function rollbackCauseOf(
  input: unknown,
  {
    phase,
    startedAt,
    severityOf,
    impactOf = {},
  }: {
    phase: number;
    startedAt: string;
    severityOf: Readonly<Record<string, Severity>>;
    /** What triggers.yaml says is wrong when a trigger fires; where it says nothing, CloudWatch's words stand. */
    impactOf?: Readonly<Record<string, string | undefined>>;
  },
): RollbackCause {
  if (!isEvent(input)) {
    const request = parseRollbackRequest(input);
    const by = `started by hand${request.operator ? ` by ${request.operator}` : ''}`;
    const impact = request.reason ? `${request.reason} (${by})` : `${by.slice(0, 1).toUpperCase()}${by.slice(1)}`;
    return {
      ...request,
      trigger: 'manual',
      start_time: startedAt,
      breaching_since: null,
      impact,
      alarm: null,
      breach: null,
    };
  }
  const { trigger, alarm, changed_at, state, reason, reason_data } = parseAlarmEvent(input, phase);
  if (state === 'OK') throw new InvalidInput(`The alarm ${alarm} is OK; there is nothing to roll back.`);
  if (Date.parse(changed_at) - Date.parse(startedAt) > skewMilliseconds)
    throw new InvalidInput(`The alarm ${alarm} says it changed at ${changed_at}, and it is ${startedAt}.`);
  const breach = breachOf(reason_data);
  const seen = state === 'INSUFFICIENT_DATA' ? 'has no data' : 'is red';
  return {
    trigger,
    severity: severityOf[trigger] ?? 'HIGH',
    reason,
    operator: null,
    mode: 'live',
    start_time: changed_at,
    breaching_since: breach?.from ?? null,
    only_hosts: null,
    impact: `${trigger} (alarm ${alarm} ${seen}): ${impactOf[trigger] ?? reason}`,
    alarm: { name: alarm, changed_at, state },
    breach,
  };
}
