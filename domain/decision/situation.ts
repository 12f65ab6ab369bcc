import type { AlarmTransition } from '../alarm/alarm-event.ts';
import type { Environment } from '../infra/environment.ts';
import type { WhenBlind } from '../infra/triggers-file.ts';
import type { Kind } from '../question/question.ts';
import type { Severity } from '../severity.ts';
import type { Trust } from '../trust.ts';

/** It was asked for and could not be read. That is never the same as "there is none". */
type Unreadable = 'unreadable';

/** Everything that decides whether a rollback begins; what could not be read says so. */
export type Situation = {
  readonly started_by: 'alarm' | 'person';
  /** As assessed (assessment.ts). */
  readonly severity: Severity;
  /** The alarm has no data, or nothing says how bad it is. */
  readonly blind: boolean;
  /** What the trigger's triggers.yaml says that means. */
  readonly when_blind: WhenBlind;
  /** The trigger's and the environment's together (trust.ts). */
  readonly trust: Trust | Unreadable;
  /** ISO 8601: the alarm's change of state. */
  readonly start_time: string;
  /** The phase's newest deployment before start_time. */
  readonly deployment: { readonly version: string; readonly at: string } | null | Unreadable;
  /** Whether the runbook says that its rollback can simply be done. */
  readonly rollback_safe: boolean;
  readonly pause: Pause | null | Unreadable;
  /** How many rollbacks of the phase began in the 24 hours before start_time, apart from this one. */
  readonly rollbacks: number | Unreadable;
  /** ISO 8601: when the phase's newest rollback ended that had acted; null: there was none. */
  readonly last_ended_at: string | null | Unreadable;
  /** The question that nobody has answered by its deadline, and what its alarms say now. null: none was asked yet. */
  readonly unanswered: Unanswered | null;
  readonly environment: Pick<Environment, 'brakes' | 'questions'>;
};

export type Pause = { readonly operator: string; readonly reason: string; readonly at: string };

export type Unanswered = {
  readonly kind: Exclude<Kind, 'hand-over'>;
  /** The worst state among the alarms that this rollback answers. */
  readonly alarm: AlarmTransition['state'] | Unreadable;
};

/** What could not be read, one sentence each. Where there is one, nothing begins by itself. */
export function unreadableFacts({
  trust,
  pause,
  rollbacks,
  last_ended_at,
  deployment,
  unanswered,
}: Situation): string[] {
  const sentences = [
    [trust, 'How far the trigger is trusted could not be read.'],
    [pause, 'Whether automation is paused could not be read.'],
    [rollbacks, "The phase's rollbacks of the last 24 hours could not be read."],
    [last_ended_at, "When the phase's last rollback ended could not be read."],
    [deployment, "The phase's deployments could not be read."],
    [unanswered?.alarm, 'Whether the alarm is still red could not be read.'],
  ] as const;
  return sentences.filter(([found]) => found === 'unreadable').map(([, sentence]) => sentence);
}

/** What is against a rollback that nobody asked for, one sentence each. Where there is one, it needs a permit. */
export function objections(situation: Situation): string[] {
  const { trust, rollback_safe } = situation;
  return [
    ...paused(situation),
    ...spent(situation),
    ...cooling(situation),
    ...(trust === 'approve' ? ['Its trigger is trusted to ask, not to act (trust: approve).'] : []),
    ...unexplained(situation),
    ...(rollback_safe ? [] : ['Its runbook says that it cannot simply be undone (rollback_safe: false).']),
    ...unseen(situation),
  ];
}

function paused({ pause }: Situation): string[] {
  if (pause === null || pause === 'unreadable') return [];
  return [`Automation is paused since ${pause.at} by ${pause.operator}: ${pause.reason}.`];
}

function spent({ rollbacks, environment }: Situation): string[] {
  const { budget } = environment.brakes;
  if (rollbacks === 'unreadable' || rollbacks < budget) return [];
  return [`The phase was rolled back ${rollbacks} times in 24 hours; its budget is ${budget}.`];
}

/** Metrics need a while to settle after a rollback, and the same one again would hardly help. */
function cooling({ last_ended_at, start_time, environment }: Situation): string[] {
  if (last_ended_at === null || last_ended_at === 'unreadable') return [];
  const until = Date.parse(last_ended_at) + environment.brakes.cool_down * 1000;
  if (Date.parse(start_time) >= until) return [];
  return [
    `The phase's last rollback ended at ${last_ended_at}; its cool-down lasts until ${new Date(until).toISOString()}.`,
  ];
}

function unexplained({ deployment, start_time, environment }: Situation): string[] {
  if (deployment === 'unreadable') return [];
  if (deployment === null) return ['No deployment of the phase is on record that could explain the alarm.'];
  const { watch_window } = environment.brakes;
  if (Date.parse(start_time) - Date.parse(deployment.at) <= watch_window * 1000) return [];
  return [
    `No deployment explains the alarm: the newest, ${deployment.version} at ${deployment.at}, was more than ${watch_window / 60} minutes before it.`,
  ];
}

/** Also where the alarm lost its data while people were asked. */
function unseen({ blind, when_blind, unanswered }: Situation): string[] {
  const lost = unanswered?.alarm === 'INSUFFICIENT_DATA';
  if (when_blind === 'rollback' || (!blind && !lost)) return [];
  return [
    lost
      ? `The alarm has no data any more (when_blind: ${when_blind}).`
      : `It cannot be seen how bad it is (when_blind: ${when_blind}).`,
  ];
}
