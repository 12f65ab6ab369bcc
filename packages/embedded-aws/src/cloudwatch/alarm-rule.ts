import type { StateValue } from './alarm-verdict.ts';

/** A composite alarm's rule: the alarms that it names, and a function that evaluates it. */
export type AlarmRule = {
  readonly alarms: readonly string[];
  readonly holds: (stateOf: (alarm: string) => StateValue) => boolean;
};

type Term = AlarmRule['holds'];

/** Parses `ALARM("a") AND NOT (OK(b) OR TRUE)`; a rule refers to alarms by name or ARN (PutCompositeAlarm, AlarmRule). */
export function readAlarmRule(text: string): AlarmRule {
  const tokens = text.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  const alarms = new Set<string>();
  let at = 0;

  const take = (expected: string): void => {
    const found = tokens[at++] ?? 'end';
    if (found !== expected) throw notUnderstood(text, found);
  };
  const chain = (word: string, operand: () => Term): Term[] => {
    const terms = [operand()];
    while (tokens[at] === word) {
      at += 1;
      terms.push(operand());
    }
    return terms;
  };
  const either = (): Term => {
    const terms = chain('OR', both);
    return (stateOf) => terms.some((term) => term(stateOf));
  };
  const both = (): Term => {
    const terms = chain('AND', one);
    return (stateOf) => terms.every((term) => term(stateOf));
  };
  const one = (): Term => {
    const token = tokens[at++] ?? 'end';
    if (token === 'NOT') return negated(one());
    if (token === 'TRUE' || token === 'FALSE') return () => token === 'TRUE';
    if (token === '(') return bracket();
    if (token === 'ALARM' || token === 'OK' || token === 'INSUFFICIENT_DATA') return inState(token);
    throw notUnderstood(text, token);
  };
  const bracket = (): Term => {
    const inner = either();
    take(')');
    return inner;
  };
  const inState = (state: StateValue): Term => {
    take('(');
    const alarm = nameOf(tokens[at++] ?? '');
    take(')');
    alarms.add(alarm);
    return (stateOf) => stateOf(alarm) === state;
  };

  const holds = either();
  if (at < tokens.length) throw notUnderstood(text, tokens[at] ?? '');
  return { alarms: [...alarms], holds };
}

const nameOf = (token: string) => token.replaceAll('"', '').replace(/^arn:[^/]*?:alarm:/, '');

const negated =
  (term: Term): Term =>
  (stateOf) =>
    !term(stateOf);

const notUnderstood = (text: string, token: string) =>
  new Error(
    `Unexpected ${token} in the alarm rule ${text}. Use ALARM(), OK(), INSUFFICIENT_DATA(), AND, OR, NOT, TRUE, FALSE ` +
      'and brackets.',
  );
