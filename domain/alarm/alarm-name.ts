import { type Trigger, triggers } from '../trigger.ts';

/** The environment, phase and trigger that an alarm watches. The variant distinguishes several alarms of one trigger. */
export type AlarmIdentity = {
  readonly environment: string;
  readonly phase: number;
  readonly trigger: Trigger;
  readonly variant?: string;
};

/**
 * Returns an alarm's name: `rollback-<env>-phase-<n>-<trigger>[-<variant>]`.
 *
 * Only this file builds and parses the name, with one exception: `rehearsals/act.ts` builds it too, because the wall
 * keeps rehearsals from importing domain (tests/walls.test.ts). Change both together.
 */
export const alarmName = ({ environment, phase, trigger, variant }: AlarmIdentity): string =>
  `${alarmPrefix(environment, phase)}${trigger}${variant ? `-${variant}` : ''}`;

/** Returns the beginning of every alarm name of a phase; the phase's EventBridge rule matches on it. */
export const alarmPrefix = (environment: string, phase: number) => `rollback-${environment}-phase-${phase}-`;

/** Parses an alarm's name. Returns undefined if it is not the name of an alarm of this product. */
export function parseAlarmName(name: string): AlarmIdentity | undefined {
  const [, environment, phase, rest = ''] = name.match(/^rollback-([a-z][a-z0-9]*)-phase-([1-9]\d?)-(.+)$/) ?? [];
  const trigger = triggers.find((one) => rest === one || rest.startsWith(`${one}-`));
  if (!environment || !trigger) return undefined;
  const variant = rest.slice(trigger.length + 1);
  return { environment, phase: Number(phase), trigger, ...(variant ? { variant } : {}) };
}
