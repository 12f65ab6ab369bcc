import { alarmName } from '../alarm/alarm-name.ts';
import type { Triggers } from '../infra/triggers-file.ts';
import type { Trigger } from '../trigger.ts';

/** AppConfig takes five monitors per environment (API reference, UpdateEnvironment). */
export const mostMonitors = 5;

/** Returns the phases that share a monitor: one phase per monitor, or consecutive ones if there are more phases than monitors. */
export function monitoredPhases(phases: readonly number[]): number[][] {
  const size = Math.ceil(phases.length / mostMonitors);
  const groups = Math.ceil(phases.length / Math.max(size, 1));
  return Array.from({ length: groups }, (_, i) => phases.slice(i * size, (i + 1) * size));
}

/** Returns the name of the composite alarm that monitors flags for these phases. No rule that starts rollbacks matches it. */
export const monitorName = (environment: string, phases: readonly number[]): string =>
  `rollback-${environment}-flags-phase-${phases.join('-')}`;

/** Returns the rule of that alarm: it is red while any alarm of the phases is. An alarm without data is not red. */
export const monitorRule = (environment: string, phases: readonly number[], { triggers }: Triggers): string =>
  phases
    .flatMap((phase) =>
      Object.entries(triggers).flatMap(([trigger, { alarms }]) =>
        alarms.map(({ variant }) =>
          alarmName({ environment, phase, trigger: trigger as Trigger, ...(variant ? { variant } : {}) }),
        ),
      ),
    )
    .map((name) => `ALARM("${name}")`)
    .join(' OR ');
