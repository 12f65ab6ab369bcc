import * as z from 'zod';
import { isNamed } from '../faults/is-named.ts';
import type { Services } from '../services.ts';

// Changes of the account's configuration that a person could make by hand.

/** A monitor that somebody adds to an environment of AppConfig; it concerns deployments that start afterwards. */
export const monitorRequest = z.strictObject({ environment: z.string().min(1), alarm: z.string().min(1) });

/** Fields that somebody changes in a variable of functions that holds JSON. */
export const functionsRequest = z.strictObject({
  variable: z.string().min(1),
  merge: z.record(z.string(), z.unknown()),
});

export function addMonitor(
  { flags, alarms }: Pick<Services, 'flags' | 'alarms'>,
  { environment: name, alarm: alarmName }: z.infer<typeof monitorRequest>,
): void {
  const environments = [...flags.state.environments.values()];
  const environment = environments.find((one) => one.name === name);
  if (!environment)
    throw new Error(
      `There is no flag environment ${name}; there are ${environments.map((one) => one.name).join(', ')}.`,
    );
  const alarm = [...alarms.state.alarms.values()].find((one) => isNamed(one.name, alarmName));
  if (!alarm)
    throw new Error(`There is no alarm ${alarmName}. Give the end of its name, such as phase-1-data_corruption.`);
  environment.monitors.push({ AlarmArn: alarm.arn, injected: true });
}

export function configureFunctions(
  { functions }: Pick<Services, 'functions'>,
  { variable, merge }: z.infer<typeof functionsRequest>,
): void {
  const concerned = functions.list().filter(({ environment }) => environment[variable] !== undefined);
  if (concerned.length === 0) throw new Error(`No function has the variable ${variable}.`);
  for (const { name, environment } of concerned) {
    const value = JSON.stringify(merged(JSON.parse(environment[variable] ?? ''), merge));
    functions.configure(name, { ...environment, [variable]: value });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns `before` with the fields of `change`; objects inside are merged the same way. */
const merged = (before: unknown, change: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...(isObject(before) ? before : {}),
  ...Object.fromEntries(
    Object.entries(change).map(([key, value]) => [
      key,
      isObject(value) ? merged(isObject(before) ? before[key] : undefined, value) : value,
    ]),
  ),
});
