import type { Evidence } from '../evidence.ts';
import type { Invariant } from './invariant.ts';

/** Errors of JavaScript that only a mistake in the code throws. */
const mistake = /\b(TypeError|ReferenceError|RangeError|SyntaxError|AssertionError|ERR_[A-Z_]+)\b/;

export const noMistakeInTheCode: Invariant = {
  name: 'no-mistake-in-the-code',
  says: 'No function and no state fails with an error that only a mistake in the code throws.',
  breaks: ({ happened }) => {
    const failures = happened.filter(({ event }) => event === 'TaskFailed' || event === 'InvocationFailed');
    const texts = failures.map(({ error, cause, message, state, function: name }) => ({
      where: String(state ?? name),
      text: [error, cause, message].filter(Boolean).join(': '),
    }));
    const states = texts.filter(
      ({ text }) => mistake.test(text) || /^States\.(Runtime|QueryEvaluationError)/.test(text),
    );
    return [...states.map(({ where, text }) => `${where} failed: ${text.slice(0, 300)}`), ...refusedTicks(happened)];
  },
};

/** Errors of a host that end by themselves: a clock that was set back, and a database that is locked. */
const forAWhile = /^(ValueError: now must be later than|OperationalError: database is locked)/;

/** Returns what the trading system refuses to work with: an incident that no host can have judges nothing. */
function refusedTicks(happened: Evidence['happened']): string[] {
  const errors = happened.filter(({ event }) => event === 'TickFailed').map(({ error }) => String(error));
  const refused = [...new Set(errors)].filter((error) => !forAWhile.test(error));
  return refused.map((error) => `the trading system refused a tick: ${error.slice(0, 300)}`);
}
