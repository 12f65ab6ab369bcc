import { InvalidInput } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import { lineOf } from '../printable.ts';

/** A request to halt trading, or to resume it. */
export type TradingRequest = {
  readonly operator: string;
  readonly reason: string;
  /** Names or instance ids. null: every host of the fleet. */
  readonly hosts: readonly string[] | null;
};

/** As many as a fleet has. */
const mostHosts = 1000;

const example = '{"operator": "ana", "reason": "orders without answers"}, and may name "hosts"';
const fieldsIn = (input: unknown, what: string) =>
  fieldsOf(
    input,
    ['operator', 'reason', 'hosts'],
    (wrong) => new InvalidInput(`${what} takes ${example}; ${wrong}. Nothing was done.`),
  );

/**
 * Parses the input of the machine halt. A halt is never refused because nobody had the time to write who wants it and why: both
 * may be absent. Throws InvalidInput.
 */
export function parseHalt(input: unknown): TradingRequest {
  const alarm = alarmIn(input);
  if (alarm !== undefined) return { operator: 'automation', reason: `the alarm ${alarm} is red`, hosts: null };
  const fields = fieldsIn(input, 'A halt');
  return {
    operator: fields.optional('operator', (key) => fields.line(key, 100)) ?? 'not named',
    reason: fields.optional('reason', (key) => fields.line(key, 500)) ?? 'none was given',
    hosts: fields.optional('hosts', (key) => fields.lines(key, mostHosts, 100)) ?? null,
  };
}

/** Parses the input of a halt by the command, which names its person and the reason. Throws InvalidInput. */
export const parseNamedHalt = (input: unknown): TradingRequest => namedRequest(input, 'Halting trading');

/** Returns the alarm whose event started the machine, as the environment may want; undefined if a person did. */
function alarmIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('detail-type' in input)) return undefined;
  const { detail } = input as { readonly detail?: { readonly alarmName?: unknown } };
  return lineOf(detail?.alarmName, 255) ?? 'of an event without a name';
}

/** Parses the input of the machine resume. Throws InvalidInput. */
export const parseResume = (input: unknown): TradingRequest => namedRequest(input, 'Resuming trading');

function namedRequest(input: unknown, what: string): TradingRequest {
  const fields = fieldsIn(input, what);
  return {
    operator: fields.line('operator', 100),
    reason: fields.line('reason', 500),
    hosts: fields.optional('hosts', (key) => fields.lines(key, mostHosts, 100)) ?? null,
  };
}
