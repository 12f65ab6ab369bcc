import { closest, distance } from 'fastest-levenshtein';
import { InvalidInput } from '../errors.ts';
import { mistakenPlaceholder } from '../placeholder.ts';
import { lineOf, shown } from '../printable.ts';
import { type Severity, severities } from '../severity.ts';

const modes = ['live', 'plan'] as const;
export type Mode = (typeof modes)[number];

/** The input with which a person starts a rollback; `{}` is enough. */
type RollbackRequest = {
  /** HIGH if the person names none. */
  readonly severity: Severity;
  readonly reason: string | null;
  /** The name that the person gives. */
  readonly operator: string | null;
  /** plan: reports what a live run would do, and changes nothing. */
  readonly mode: Mode;
  /** By name or instance id; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
};

const keys = ['severity', 'reason', 'operator', 'mode', 'only_hosts'] as const;
/** Modes that the design names and this version lacks. To run one as `live` would act when only a trial was meant. */
const notImplemented = ['simulate'];

/** Parses a person's input. Throws InvalidInput, which names what was expected and what was found. */
export function parseRollbackRequest(input: unknown): RollbackRequest {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new InvalidInput(`The input must be a JSON object such as {}; found ${JSON.stringify(input)}.`);
  const given = input as Record<string, unknown>;
  for (const key of Object.keys(given)) if (!keys.includes(key as never)) throw unknownKey(key);
  return {
    severity: parseSeverity(given['severity']),
    reason: parseText('reason', given['reason'], 500),
    operator: parseText('operator', given['operator'], 100),
    mode: parseMode(given['mode']),
    only_hosts: parseHosts(given['only_hosts']),
  };
}

function parseSeverity(found: unknown = 'HIGH'): Severity {
  const severity = severities.find((one) => one === found);
  if (!severity)
    throw new InvalidInput(`severity must be one of ${severities.join(', ')}; found ${JSON.stringify(found)}.`);
  return severity;
}

function parseMode(found: unknown = 'live'): Mode {
  const mode = modes.find((one) => one === found);
  if (mode) return mode;
  if (notImplemented.includes(String(found)))
    throw new InvalidInput(
      `mode ${JSON.stringify(found)} is not implemented, and it never runs as live. Use live or plan. Nothing was changed.`,
    );
  throw new InvalidInput(`mode must be live or plan; found ${JSON.stringify(found)}.`);
}

const mostOnlyHosts = 1000;

function parseHosts(found: unknown): string[] | null {
  if (found === undefined || found === null) return null;
  const named = Array.isArray(found) && found.every((one) => typeof one === 'string' && /^[\w.-]{1,255}$/.test(one));
  if (named && found.length > 0 && found.length <= mostOnlyHosts) return [...new Set(found as string[])];
  throw new InvalidInput(
    `only_hosts must be a list of 1 to ${mostOnlyHosts} host names or instance ids such as ["host-2"]; found ${JSON.stringify(found).slice(0, 60)}.`,
  );
}

function parseText(key: string, found: unknown, most: number): string | null {
  if (found === undefined || found === null) return null;
  const placeholder = mistakenPlaceholder(found);
  if (placeholder) throw new InvalidInput(`Found a placeholder: ${placeholder} in "${key}". Nothing was changed.`);
  const text = lineOf(found, most);
  if (text !== undefined) return text;
  throw new InvalidInput(`${key} must be one line of 1 to ${most} printable characters; found ${shown(found)}.`);
}

function unknownKey(key: string): InvalidInput {
  const near = closest(key.toLowerCase(), keys);
  const hint = distance(key.toLowerCase(), near) <= 2 ? ` Did you mean "${near}"?` : '';
  return new InvalidInput(`Unknown input key "${key}".${hint} Known keys: ${keys.join(', ')}. Nothing was changed.`);
}
