import type { AlarmTransition } from '../alarm/alarm-event.ts';
import { type Pause, pauseSentence } from '../brakes/brakes.ts';
import { type CappedHosts, capObjection } from '../brakes/host-cap.ts';
import { afterSessionTime, type Sessions, sessionTime } from '../calendar/sessions.ts';
import { counted } from '../counted.ts';
import type { Environment } from '../infra/environment.ts';
import type { WhenBlind } from '../infra/triggers-file.ts';
import type { Kind } from '../question/question.ts';
import type { Severity } from '../severity.ts';
import type { Trust } from '../trust.ts';

/** The fact could not be read. That is never the same as "there is none". */
type Unreadable = 'unreadable';

/** `reconcile`: hosts are online again that an earlier rollback could not reach. */
export type StartedBy = 'alarm' | 'reconcile' | 'person';
/** The operator of the rollbacks of returned hosts. */
export const reconcileOperator = 'reconcile';

/** Every fact that decides whether a rollback acts. A fact that could not be read is `unreadable`. */
export type Situation = {
  readonly started_by: StartedBy;
  /** The assessed severity (assessment.ts). */
  readonly severity: Severity;
  /** The alarm has no data, or its severity cannot be measured. */
  readonly blind: boolean;
  /** Facts that contradict an alarm without data (alarm/silence.ts), one sentence each; absent: none. */
  readonly doubts?: readonly string[] | undefined;
  /** Why nothing is rolled back: only the metrics are lost, and every host is well. Absent: they are not lost. */
  readonly metrics_lost?: string | undefined;
  /** The trigger's rule for a blind alarm, from triggers.yaml. */
  readonly when_blind: WhenBlind;
  /** The lesser of the trigger's and the environment's trust (trust.ts). */
  readonly trust: Trust | Unreadable;
  /** ISO 8601: the alarm's change of state. */
  readonly start_time: string;
  /** The phase's newest deployment before start_time. */
  readonly deployment:
    | { readonly version: string; readonly at: string; readonly hosts?: readonly string[] }
    | null
    | Unreadable;
  /** Only hosts of the canary group are ill, and the rollback acts on that group alone. Absent: not known, or others are ill too. */
  readonly canary_alone?: boolean | undefined;
  /** The rollback that took the newest deployment's version back before; absent, null: none did, or a person unblocked the version since. */
  readonly undone_before?: { readonly rollback: string; readonly at: string } | null | undefined;
  /** Whether the runbook marks the phase as safe to roll back. */
  readonly rollback_safe: boolean;
  /** One sentence per forbidden pair of code and flag that a host could come to (plan/forbidden-pairs.ts); absent: none. */
  readonly forbidden?: readonly string[] | undefined;
  readonly pause: Pause | null | Unreadable;
  /** Why the version to restore is blocked, with the command that ends the block (message/blocked-target.ts); absent, null: it is not. */
  readonly blocked?: string | null | undefined;
  /** Number of other rollbacks of the phase that began in the 24 hours before start_time, and since its budget was reset. */
  readonly rollbacks: number | Unreadable;
  /** ISO 8601: the end of the phase's newest rollback that acted; null: there was none. */
  readonly last_ended_at: string | null | Unreadable;
  /** The hosts that count for the cap of the environment's file; absent: it has no cap, or a person started the rollback. */
  readonly capped?: CappedHosts | Unreadable | undefined;
  /** The question that nobody answered by its deadline, and the current state of its alarms; null: none was asked yet. */
  readonly unanswered: Unanswered | null;
  readonly environment: Pick<Environment, 'brakes' | 'questions'>;
  /** The sessions of the phase, in whose time cool-down and watch window are counted; absent: no calendar, all time counts. */
  readonly calendar?: Sessions | undefined;
};

export type Unanswered = {
  readonly kind: Exclude<Kind, 'hand-over'>;
  /** The worst state among the alarms that this rollback handles. */
  readonly alarm: AlarmTransition['state'] | Unreadable;
};

/** Returns one sentence per fact that could not be read. If there is one, a rollback never acts by itself. */
export function unreadableFacts({
  trust,
  pause,
  rollbacks,
  last_ended_at,
  capped,
  deployment,
  unanswered,
}: Situation): string[] {
  const sentences = [
    [trust, "The trigger's trust could not be read."],
    [pause, 'The pause of automation could not be read.'],
    [rollbacks, "The phase's rollbacks of the last 24 hours could not be read."],
    [last_ended_at, "The end of the phase's last rollback could not be read."],
    [capped, unreadableCap],
    [deployment, "The phase's deployments could not be read."],
    [unanswered?.alarm, "The alarm's current state could not be read."],
  ] as const;
  return sentences.filter(([found]) => found === 'unreadable').map(([, sentence]) => sentence);
}

export const unreadableCap = 'The hosts that automation has touched could not be read.';

/** Returns one sentence per objection to a rollback that an alarm started. If there is one, the rollback needs a permit. */
export function objections(situation: Situation): string[] {
  const { trust, rollback_safe } = situation;
  return [
    ...pauseObjection(situation),
    ...budgetObjection(situation),
    ...coolDownObjection(situation),
    ...hostsObjection(situation),
    ...(trust === 'approve' ? ['The trigger may ask but not act (trust: approve).'] : []),
    ...deploymentObjection(situation),
    ...canaryObjection(situation),
    ...undoneObjection(situation),
    ...(rollback_safe ? [] : ['The runbook marks this phase as not safe to roll back (rollback_safe: false).']),
    ...(situation.forbidden ?? []),
    ...blindObjection(situation),
    ...(situation.doubts ?? []),
  ];
}

function pauseObjection({ pause }: Situation): string[] {
  if (pause === null || pause === 'unreadable') return [];
  return [pauseSentence(pause)];
}

function budgetObjection({ rollbacks, environment }: Situation): string[] {
  const { budget } = environment.brakes;
  if (rollbacks === 'unreadable' || rollbacks < budget) return [];
  return [`The phase was rolled back ${counted(rollbacks, 'time')} in 24 hours; its budget is ${budget}.`];
}

/** Something puts the version back, or the alarm has another cause: a second rollback of the same version would not help. */
function undoneObjection({ deployment, undone_before }: Situation): string[] {
  if (!undone_before || deployment === null || deployment === 'unreadable') return [];
  return [
    `Rollback ${undone_before.rollback} took ${deployment.version} back already at ${undone_before.at}: either something put it back, and would again, or the alarm has another cause.`,
  ];
}

/** Metrics need time to settle after a rollback, and a second rollback so soon would hardly help. */
function coolDownObjection({ last_ended_at, start_time, environment, calendar }: Situation): string[] {
  if (last_ended_at === null || last_ended_at === 'unreadable') return [];
  const until = afterSessionTime(calendar, Date.parse(last_ended_at), environment.brakes.cool_down * 1000);
  if (Date.parse(start_time) >= until) return [];
  return [
    `The phase's last rollback ended at ${last_ended_at}; its cool-down lasts until ${new Date(until).toISOString()}.`,
  ];
}

/** Automation must not touch a whole fleet in an hour because each of its rollbacks alone looks harmless. */
export function hostsObjection({
  capped,
  environment,
}: Pick<Situation, 'capped'> & {
  readonly environment: { readonly brakes: Pick<Environment['brakes'], 'hosts'> };
}): string[] {
  const cap = environment.brakes.hosts;
  return cap && capped && capped !== 'unreadable' ? capObjection(cap, capped) : [];
}

/** Only a deployment within the watch window before the alarm explains it: a fault shows once the market is open. */
function deploymentObjection({ deployment, start_time, environment, calendar }: Situation): string[] {
  if (deployment === 'unreadable') return [];
  if (deployment === null) return ['No deployment of the phase is on record, so none explains the alarm.'];
  const { watch_window } = environment.brakes;
  const passed = sessionTime(calendar, Date.parse(deployment.at), Date.parse(start_time));
  if (passed <= watch_window * 1000) return [];
  return [
    `No deployment explains the alarm: the newest, ${deployment.version} at ${deployment.at}, was more than ${counted(watch_window / 60, 'minute')}${calendar ? ' of session time' : ''} before it.`,
  ];
}

/** The other hosts run the version before: what is ill there has another cause, and a rollback of all hosts would not end it. */
function canaryObjection({ deployment, canary_alone }: Situation): string[] {
  if (deployment === null || deployment === 'unreadable' || !deployment.hosts || canary_alone) return [];
  return [
    `${deployment.version} was deployed to the canary group alone (${deployment.hosts.join(', ')}), and it is not shown that only these hosts are ill. A rollback of all hosts also restores the version before on hosts that run it already.`,
  ];
}

/** Applies to a blind alarm, and to an alarm that lost its data while its question was open. */
function blindObjection({ blind, when_blind, unanswered }: Situation): string[] {
  const lost = unanswered?.alarm === 'INSUFFICIENT_DATA';
  if (when_blind === 'rollback' || (!blind && !lost)) return [];
  return [
    lost
      ? `The alarm has lost its data (when_blind: ${when_blind}).`
      : `The severity cannot be measured (when_blind: ${when_blind}).`,
  ];
}
