import { capital } from '../../domain/capital.ts';
import { UsageError } from '../account/usage-error.ts';

/** The option that gives each field of a machine's input, if its name is another one. */
const optionOf: Readonly<Record<string, string>> = {
  root_cause: 'root-cause',
  prevention_measures: 'prevention',
  false_positive: 'false-positive',
  links: 'link',
  deployed_at: 'deployed-at',
};

/** Refuses an input that the machine would refuse too, without the cost of an execution. `options`: those that give it. */
export function refuseEarly(parse: (input: unknown) => unknown, input: object, ...options: readonly string[]): void {
  try {
    parse(input);
  } catch (error) {
    throw new UsageError(inOptions((error as Error).message, options));
  }
}

/**
 * Writes a machine's refusal in the words of the command line: options instead of fields, and without the JSON that a person
 * pastes into the console.
 */
export function inOptions(refusal: string, options: readonly string[]): string {
  const [, reason = refusal] = /^An? [^{]*\{.*?\}[^;]*; (.*)$/s.exec(refusal) ?? [];
  // A found value is in quotes, and stays as it is.
  const words = reason.replaceAll(/"(?:[^"\\]|\\.)*"|\b[a-z]+(?:_[a-z]+)*\b/g, (word) => {
    const option = optionOf[word] ?? word;
    return options.includes(option) && isField(word, reason) ? `--${option}` : word;
  });
  return `${capital(words)} Options: ${options.map((one) => `--${one}`).join(', ')}.`;
}

/** Returns whether a word names a field: it has an underscore, or begins the reason, or is in a list of fields. */
const isField = (word: string, reason: string) =>
  word in optionOf || new RegExp(`(^|^each of |^give at least one of .*)${word}\\b`).test(reason);
