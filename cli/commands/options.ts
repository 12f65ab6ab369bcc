import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** parseArgs whose mistakes are UsageErrors in one sentence. */
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

/** A whole number from an option's text. */
export function wholeNumber(option: string, text: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  const range = `${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
  throw new UsageError(`--${option} takes a whole number from ${range}; found "${text}".`);
}
