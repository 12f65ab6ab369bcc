import { styleText } from 'node:util';

type Colour = 'green' | 'yellow' | 'red';

/** The verdicts and endings that a reader looks for first. A longer one must come before one that it begins with. */
const verdicts: Readonly<Record<string, Colour>> = {
  'Rolled back, unverified': 'yellow',
  'Rolled back': 'green',
  'Needs a person': 'red',
  INCONCLUSIVE: 'yellow',
  PASS: 'green',
  Passed: 'green',
  SUCCEEDED: 'green',
  FAILED: 'red',
  FAIL: 'red',
  Failed: 'red',
  TIMED_OUT: 'red',
  ABORTED: 'red',
};
/** In prose these words are no verdicts; in a column two spaces follow. */
const inColumns: Readonly<Record<string, Colour>> = { done: 'green', failed: 'red', unknown: 'yellow' };

const wordsOf = (words: object) => Object.keys(words).join('|');
/** A number before a verdict counts hosts: `0 FAIL` is no failure. */
const verdict = new RegExp(`(?<!\\w|\\d )(?:(?:${wordsOf(verdicts)})\\b|(?:${wordsOf(inColumns)})(?= {2}))`, 'g');
/** `RECORD`, `QUESTION 1`, `FLAGS  override before -> after`. */
const heading = /^[A-Z]{4}[A-Z ]*(?: \d+)?(?=$| {2})/gm;

/** Returns a text with bold headings and coloured verdicts. Its words stay as they are. */
export const coloured = (text: string): string =>
  text
    .replace(verdict, (found) => paint(verdicts[found] ?? inColumns[found] ?? 'bold', found))
    .replace(heading, (found) => paint('bold', found));

const paint = (style: Colour | 'bold', text: string) => styleText(style, text, { validateStream: false });

/** NO_COLOR and TERM=dumb turn colours off. */
const hasColours = (stream: NodeJS.WriteStream) => stream.isTTY && stream.hasColors();

/** Prints a text for people on standard output, in colour on a terminal. */
export const print = (text: string): void => console.log(hasColours(process.stdout) ? coloured(text) : text);

/** Prints a failure on standard error; its first line is red on a terminal. */
export function printFailure(text: string): void {
  console.error(hasColours(process.stderr) ? text.replace(/^.*/, (line) => paint('red', line)) : text);
}
