import { readFileSync } from 'node:fs';
import { rollingMachines } from '../../domain/phases.ts';

/** Returns how often a machine, such as `phase-1`, repeats a state whose step failed. */
export type RetriesOf = (machine: string, state: string) => number;

type Retrier = { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number };
type Machine = { readonly States: Readonly<Record<string, { readonly Retry?: readonly Retrier[] }>> };

/** The error of a step that failed on a host (domain/errors.ts). */
const stepFailed = 'StepFailed';
/** The default of the Amazon States Language, "Retrying after an error". */
const defaultAttempts = 3;

const machines = new Map<string, Machine>();

/** Reads the rendered machine; none, if it cannot be read: every failure is then displayed as one. */
export const renderedRetries: RetriesOf = (machine, state) => {
  const retrier = machineOf(machine).States[state]?.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(stepFailed));
  return retrier ? (retrier.MaxAttempts ?? defaultAttempts) : 0;
};

function machineOf(name: string): Machine {
  const known = machines.get(name);
  if (known) return known;
  const read = readMachine(name);
  machines.set(name, read);
  return read;
}

function readMachine(name: string): Machine {
  try {
    const file = new URL(`../../statemachines/rendered/${name}.asl.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')) as Machine;
  } catch {
    return { States: {} };
  }
}

/**
 * Follows the attempts of a machine's states. A failure that is followed by a retry is no failure for the person who
 * watches: hosts often have a flag only after their agents have polled.
 */
export function attempts(retriesOf: RetriesOf = renderedRetries) {
  let at: { readonly machine: string; readonly state: string } | undefined;
  let failed = 0;
  return {
    enter(machine: string, state: string) {
      at = { machine: machineName(machine), state };
      failed = 0;
    },
    /** Counts a failure of the entered state. */
    fail(error: unknown) {
      if (error === stepFailed) failed += 1;
    },
    /** Returns whether the machine tries again if the step fails now. */
    isRetried: () => at !== undefined && failed < retriesOf(at.machine, at.state),
  };
}

const rolling = new RegExp(`${rollingMachines}$`);

/** `rollback-local-phase-1` and `phase-1` are `phase-1`. */
const machineName = (machine: string) => rolling.exec(machine)?.[0] ?? machine;

/** Writes the sentence of a step that failed, and is tried again, as a wait. */
export const asWait = (sentence: string): string =>
  `waits, tries again: ${sentence.replace(' failed on ', ' not yet on ')}`;
