import { Argument, Option } from 'commander';
import { nearMiss } from '../../domain/near-miss.ts';
import { UsageError } from '../account/usage-error.ts';
import type { Known } from '../text/known-names.ts';

type Target = Option | Argument;

const known = new WeakMap<Target, Known>();
const paths = new WeakSet<Target>();
/** Options that must be given, each with the option that may be given instead. */
const mandatory = new WeakMap<Option, string | undefined>();

/** Returns the values that the shell completes; undefined if the target may have any value. */
export const knownValues = (target: Target): Known | undefined => known.get(target);
/** Returns whether the shell completes files if no known value fits. */
export const isPath = (target: Target): boolean => paths.has(target);
export const isMandatory = (option: Option): boolean => mandatory.has(option);
/** Returns the name of the option that may be given instead of a mandatory one. */
export const insteadOf = (option: Option): string | undefined => mandatory.get(option);

/**
 * Makes an option that must be given, or another one `instead`. (Commander's own check would hide that the option is there,
 * but misspelt.)
 */
export function required(option: Option, instead?: string): Option {
  mandatory.set(option, instead);
  return option;
}

/** Makes an option whose value must be known: another is refused with the nearest one, and the shell completes them. `noun`: the value, if it is not the option's name. */
export function choice(flags: string, about: string, values: Known, noun?: string): Option {
  const option = new Option(flags, about);
  known.set(option, values);
  return option.argParser((found: string) => knownValue(noun ?? option.name(), found, values));
}

/** Makes an argument whose value must be known. */
export function argumentChoice(name: string, about: string, values: Known): Argument {
  const argument = new Argument(name, about);
  known.set(argument, values);
  return argument.argParser((found: string) => knownValue(argument.name(), found, values));
}

/** Makes an argument that the shell completes with known values, and that the command itself checks. */
export function suggestedArgument(name: string, about: string, values: Known): Argument {
  const argument = new Argument(name, about);
  known.set(argument, values);
  return argument;
}

/** Makes an argument for a file. The shell completes the suggested ones, else any file. */
export function fileArgument(name: string, about: string, suggested: Known): Argument {
  const argument = new Argument(name, about);
  known.set(argument, suggested);
  paths.add(argument);
  return argument;
}

export function pathOption(flags: string, about: string): Option {
  const option = new Option(flags, about);
  paths.add(option);
  return option;
}

/**
 * Makes an option that takes a text, and no empty one: a pipeline gives `--author "$AUTHOR"`, also if the variable is not set, and an
 * empty version would be looked for as if it were one.
 */
export function filledOption(flags: string, about: string): Option {
  const option = new Option(flags, about);
  return option.argParser((text: string) => {
    if (text.trim() !== '') return text;
    throw new UsageError(
      `--${option.name()} needs a value; found an empty text.${isMandatory(option) ? '' : ' Leave the option out if there is none.'}`,
    );
  });
}

/** Makes an option that takes a whole number from `least` to `most`. */
export function numberOption(flags: string, about: string, [least, most = Number.MAX_SAFE_INTEGER]: [number, number?]) {
  const option = new Option(flags, about);
  return option.argParser((text: string) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    const range = `${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
    throw new UsageError(`--${option.name()} takes a whole number from ${range}; found "${text}".`);
  });
}

/** Returns the sentence that lists the known values: `Known: 1, 2, 3 (infra/runbooks).` */
export function knownSentence(values: Known): string {
  const list = values.values().map(({ value }) => value);
  return `Known: ${list.join(', ')}${values.where === undefined ? '' : ` (${values.where})`}.`;
}

/** Returns a value that is known, in any case of letters. Throws UsageError with the nearest known one otherwise. */
export function knownValue(what: string, found: string, values: Known): string {
  const list = values.values().map(({ value }) => value);
  // Without a list the folder cannot be read; whatever reads the files next reports that better.
  if (list.length === 0 || list.includes(found)) return found;
  const inOtherCase = list.find((one) => one.toLowerCase() === found.toLowerCase());
  if (inOtherCase !== undefined) return inOtherCase;
  // A number that is near is another number, not a misspelt one.
  const near = /^\d+$/.test(found) ? undefined : (values.meant?.get(found.toLowerCase()) ?? nearMiss(found, list));
  const hint = near === undefined ? '.' : `; did you mean "${near}"?`;
  throw new UsageError(`Unknown ${what} "${found}"${hint} ${knownSentence(values)}`);
}
