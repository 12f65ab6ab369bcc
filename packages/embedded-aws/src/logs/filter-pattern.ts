import { AwsError } from '../wire/aws-error.ts';

/**
 * Returns whether a message has every term of a filter pattern: words, or phrases in double quotes. None: every message.
 *
 * Throws InvalidParameterException for what else a pattern may contain on AWS: JSON and space-delimited fields, regular
 * expressions, `?` for any of several terms, and `-` for none.
 */
export function matches(pattern: string): (message: string) => boolean {
  const terms = [...pattern.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, phrase, word = '']) => {
    if (phrase !== undefined) return phrase.replaceAll(/\\(.)/g, '$1');
    if (/^[\w.:/@-]+$/.test(word) && !word.startsWith('-')) return word;
    throw new AwsError(
      'InvalidParameterException',
      `The embedded account cannot take the filter pattern ${JSON.stringify(pattern)}. Use words, or phrases in double quotes, which must all occur.`,
    );
  });
  return (message) => terms.every((term) => message.includes(term));
}
