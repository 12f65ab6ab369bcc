import { type CalendarSetting, type HaltedMetric, sessionsIn } from '../../domain/calendar/calendar-setting.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { packedVariable, unpacked } from '../../domain/packed-text.ts';

/** Returns a function's setting by its name; throws if it is missing. */
export type Settings = (name: string) => string;

/**
 * Reads settings from the function's environment variables, which the stack sets. Those that would be too long for Lambda are
 * packed together in one (packed-text.ts).
 */
export function settingsFrom(variables: Readonly<Record<string, string | undefined>>): Settings {
  const { [packedVariable]: pack } = variables;
  const long = pack ? (JSON.parse(unpacked(pack)) as Readonly<Record<string, string>>) : {};
  return (name) => {
    const value = variables[name] ?? long[name];
    if (!value) throw new Error(`${name} is not set. The stack sets it on this function; was it deployed by hand?`);
    return value;
  };
}

/** Reads a setting that is JSON. The stack writes it from a checked file, so it is not checked again. */
export const jsonSetting = <Value>(settings: Settings, name: string): Value => JSON.parse(settings(name)) as Value;

const calendar = (settings: Settings) => jsonSetting<CalendarSetting>(settings, 'CALENDAR');

/** Returns the trading sessions of each phase. */
export const sessionsOf = (settings: Settings): SessionsOf => sessionsIn(calendar(settings).sessions);

/** Returns the metric that is 1 while a venue is halted; undefined: nobody publishes one. */
export const haltedMetric = (settings: Settings): HaltedMetric | undefined => calendar(settings).halted;

/** Returns the tag that every host of the fleet carries. */
export const fleetTag = (settings: Settings) => ({
  key: settings('FLEET_TAG_KEY'),
  value: settings('FLEET_TAG_VALUE'),
});
