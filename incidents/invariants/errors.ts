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

/** The time of a host whose clock was set back or ahead; the trading system works again when its own time has passed. */
const clock = /^ValueError: now must be later than/;

/** Returns what the trading system refuses to work with: an incident that no host can have judges nothing. */
function refusedTicks(happened: Evidence['happened']): string[] {
  const errors = happened.filter(({ event }) => event === 'TickFailed').map(({ error }) => String(error));
  const refused = [...new Set(errors)].filter((error) => !clock.test(error));
  return refused.map((error) => `the trading system refused a tick: ${error.slice(0, 300)}`);
}
