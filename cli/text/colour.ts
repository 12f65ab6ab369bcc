import { format, styleText } from 'node:util';
import { withCodes } from '../../domain/printable.ts';

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
export function print(text: string): void {
  const shown = withCodes(text);
  process.stdout.write(`${hasColours(process.stdout) ? coloured(shown) : shown}\n`);
}

/** Writes data as they are to a file or a pipe, and as text for people on a terminal. */
export const printData = (text: string): boolean => process.stdout.write(process.stdout.isTTY ? withCodes(text) : text);

/** Prints a failure on standard error; its first line is red on a terminal. */
export function printFailure(text: string): void {
  const shown = withCodes(text);
  process.stderr.write(`${hasColours(process.stderr) ? shown.replace(/^.*/, (line) => paint('red', line)) : shown}\n`);
}

/**
 * From now on the program prints nothing that controls the terminal or turns the text around: hosts, people and AWS write texts that it
 * prints. Colours and the line of a progress do not pass here.
 */
export function printInert(): void {
  for (const [stream, names] of [
    ['stdout', ['log', 'info']],
    ['stderr', ['error', 'warn']],
  ] as const)
    for (const name of names)
      console[name] = (...all: unknown[]) => {
        process[stream].write(`${withCodes(format(...all))}\n`);
      };
}
