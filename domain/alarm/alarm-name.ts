import { type Trigger, triggers } from '../trigger.ts';

/** Which trigger of which phase an alarm watches; a trigger with several alarms tells them apart by variant. */
export type AlarmIdentity = {
  readonly environment: string;
  readonly phase: number;
  readonly trigger: Trigger;
  readonly variant?: string;
};

/** `rollback-<env>-phase-<n>-<trigger>[-<variant>]`; made and read here and nowhere else. */
export const alarmName = ({ environment, phase, trigger, variant }: AlarmIdentity): string =>
  `${alarmPrefix(environment, phase)}${trigger}${variant ? `-${variant}` : ''}`;

/** What the names of a phase's alarms begin with; its EventBridge rule matches on it. */
export const alarmPrefix = (environment: string, phase: number) => `rollback-${environment}-phase-${phase}-`;

/** What a name says; undefined if it is not one of ours. */
export function parseAlarmName(name: string): AlarmIdentity | undefined {
  const [, environment, phase, rest = ''] = name.match(/^rollback-([a-z][a-z0-9]*)-phase-([1-9]\d?)-(.+)$/) ?? [];
  const trigger = triggers.find((one) => rest === one || rest.startsWith(`${one}-`));
  if (!environment || !trigger) return undefined;
  const variant = rest.slice(trigger.length + 1);
  return { environment, phase: Number(phase), trigger, ...(variant ? { variant } : {}) };
}
