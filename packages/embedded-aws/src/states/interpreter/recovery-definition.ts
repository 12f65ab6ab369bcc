import type { Block } from './block.ts';
import { CATCHER_FIELDS, RETRIER_FIELDS } from './fields.ts';
import type { Recovery, Retrier } from './machine.ts';
import { transition } from './transition-definition.ts';

/** The longest delay between two attempts: 31,622,400 seconds, a leap year (developer guide, "Error handling"). */
const LONGEST_DELAY = 31_622_400;

/** Reads Retry and Catch. */
export function recovery(block: Block): Recovery {
  const [retriers, catchers] = [block.list('Retry'), block.list('Catch')];
  return {
    retry: retriers.map((retrier, index) => ({
      ...retry(retrier),
      errorEquals: names(retrier, index, retriers.length),
    })),
    catch: catchers.map((catcher, index) => {
      catcher.only(CATCHER_FIELDS, 'A catcher');
      const errorEquals = names(catcher, index, catchers.length);
      return { errorEquals, ...transition(catcher, catcher.text('Next'), 'errorOutput') };
    }),
  };
}

function retry(block: Block): Omit<Retrier, 'errorEquals'> {
  block.only(RETRIER_FIELDS, 'A retrier');
  const whole = (least: number, most: number) => (value: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const jitter = block.has('JitterStrategy') ? block.text('JitterStrategy') : 'NONE';
  if (jitter !== 'FULL' && jitter !== 'NONE') {
    throw block.wrong('JitterStrategy', `must be FULL or NONE, got ${jitter}`);
  }
  return {
    intervalSeconds: block.number('IntervalSeconds', 1, whole(1, 99_999_999), 'a whole number from 1 to 99999999'),
    maxAttempts: block.number('MaxAttempts', 3, whole(0, 99_999_999), 'a whole number from 0 to 99999999'),
    backoffRate: block.number('BackoffRate', 2, (value) => value >= 1, 'a number of at least 1'),
    maxDelaySeconds: block.number(
      'MaxDelaySeconds',
      LONGEST_DELAY,
      whole(1, LONGEST_DELAY),
      `a whole number from 1 to ${LONGEST_DELAY}`,
    ),
    jitter: jitter === 'FULL',
  };
}

/** Reads ErrorEquals of the retrier or catcher with this index. */
function names(block: Block, index: number, count: number): string[] {
  const value = block.raw('ErrorEquals');
  if (!Array.isArray(value) || value.length === 0 || value.some((name) => typeof name !== 'string')) {
    throw block.wrong('ErrorEquals', `must be a non-empty array of error names, got ${JSON.stringify(value)}`);
  }
  if (value.includes('States.ALL') && (value.length > 1 || index < count - 1)) {
    throw block.wrong('ErrorEquals', 'States.ALL must be alone, and its retrier or catcher the last');
  }
  return value;
}
