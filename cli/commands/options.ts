import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../account/usage-error.ts';

/** Parses options with parseArgs. Throws UsageError, one sentence, instead of parseArgs' own errors. */
export function options<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. (?=To specify)/);
    throw new UsageError(
      `${sentence}${sentence.endsWith('.') ? '' : '.'} Known options: ${Object.keys(config.options ?? {})
        .map((name) => `--${name}`)
        .join(', ')}.`,
    );
  }
}

/** Returns the whole number in an option's text. Throws UsageError if it is none, or out of range. */
export function wholeNumber(option: string, text: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  const range = `${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
  throw new UsageError(`--${option} takes a whole number from ${range}; found "${text}".`);
}

/** Returns the one rollback id among a command's words. Throws UsageError if there is none, or more than one. */
export function onlyRollback(command: string, words: readonly string[]): string {
  const [id, ...more] = words;
  if (id !== undefined && more.length === 0) return id;
  throw new UsageError(`${command} takes one rollback id; found ${words.length === 0 ? 'none' : words.join(' ')}.`);
}
