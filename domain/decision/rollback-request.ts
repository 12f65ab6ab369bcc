import { closest, distance } from 'fastest-levenshtein';
import { InvalidInput } from '../errors.ts';
import { mistakenPlaceholder } from '../placeholder.ts';
import { lineOf, shown } from '../printable.ts';
import { isRealInstant } from '../real-instant.ts';
import { type Severity, severities } from '../severity.ts';
import { type Trigger, triggers } from '../trigger.ts';

const modes = ['live', 'plan', 'simulate'] as const;
export type Mode = (typeof modes)[number];

/** The input with which a person starts a rollback; `{}` is enough. */
type RollbackRequest = {
  /** HIGH if the person names none. */
  readonly severity: Severity;
  readonly reason: string | null;
  /** The name that the person gives. */
  readonly operator: string | null;
  /** plan: reports what a live run would do, and changes nothing. simulate: a drill, which also judges that report and is announced. */
  readonly mode: Mode;
  /** By name or instance id; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** ISO 8601: rows after this instant are corrupt. Absent: since the deployment. */
  readonly since?: string;
  /** The step at which the rollback begins, as the person names it. Absent: at the first. */
  readonly from_step?: string;
  /** The trigger that a drill is about. Absent: none, as for every start by hand. */
  readonly trigger?: Trigger;
  /** The drill also asks people, and measures their answers. Absent: it asks nobody. */
  readonly people?: true;
};

const keys = [
  'severity',
  'reason',
  'operator',
  'mode',
  'only_hosts',
  'since',
  'from_step',
  'trigger',
  'people',
] as const;
/** A drill is of a whole rollback, so it takes no part of one. Only a drill names its trigger: an alarm has one, and a person is none. */
const liveOnly = ['only_hosts', 'since', 'from_step'] as const;
const drillOnly = ['trigger', 'people'] as const;

/**
 * Parses a person's input. Throws InvalidInput, which names what was expected and what was found. `startedAt`: the start of
 * the execution, ISO 8601; absent if it is not started yet.
 */
export function parseRollbackRequest(input: unknown, startedAt?: string): RollbackRequest {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new InvalidInput(`The input must be a JSON object such as {}; found ${JSON.stringify(input)}.`);
  const given = input as Record<string, unknown>;
  for (const key of Object.keys(given)) if (!keys.includes(key as never)) throw unknownKey(key);
  const reason = parseText('reason', given['reason'], 500);
  const since = parseSince(given['since'], reason, startedAt);
  const mode = parseMode(given['mode']);
  checkKeysOfMode(given, mode);
  const from_step = parseFromStep(given['from_step'], reason, mode);
  return {
    severity: parseSeverity(given['severity']),
    reason,
    operator: parseText('operator', given['operator'], 100),
    mode,
    only_hosts: parseHosts(given['only_hosts']),
    ...(since === undefined ? {} : { since }),
    ...(from_step === undefined ? {} : { from_step }),
    ...parseDrill(given),
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
  throw new InvalidInput(`mode must be live, plan or simulate; found ${JSON.stringify(found)}.`);
}

function checkKeysOfMode(given: Readonly<Record<string, unknown>>, mode: Mode): void {
  const has = (key: string) => given[key] !== undefined && given[key] !== null;
  const part = mode === 'simulate' ? liveOnly.find(has) : undefined;
  if (part)
    throw new InvalidInput(
      `${part} belongs to a real rollback or a plan; a drill (mode simulate) is of the whole rollback. Leave it out. Nothing was changed.`,
    );
  const own = mode === 'simulate' ? undefined : drillOnly.find(has);
  if (own)
    throw new InvalidInput(
      `${own} belongs to a drill; found it with mode ${mode}. Add "mode": "simulate", or leave it out. Nothing was changed.`,
    );
}

function parseDrill({
  trigger,
  people,
}: Readonly<Record<string, unknown>>): Pick<RollbackRequest, 'trigger' | 'people'> {
  const known = triggers.find((one) => one === trigger);
  if (trigger !== undefined && trigger !== null && !known)
    throw new InvalidInput(
      `trigger must be one of ${triggers.join(', ')}; found ${shown(trigger)}. Nothing was changed.`,
    );
  if (people !== undefined && people !== null && typeof people !== 'boolean')
    throw new InvalidInput(`people must be true or false; found ${shown(people)}. Nothing was changed.`);
  return { ...(known ? { trigger: known } : {}), ...(people === true ? { people } : {}) };
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/** The instant decides which rows are taken away, so it needs a reason, and the future is a mistake. */
function parseSince(found: unknown, reason: string | null, startedAt: string | undefined): string | undefined {
  if (found === undefined || found === null) return undefined;
  if (typeof found !== 'string' || !instant.test(found) || !isRealInstant(found))
    throw new InvalidInput(
      `since must be an instant in UTC such as "2026-03-02T08:55:00Z"; found ${shown(found)}. Nothing was changed.`,
    );
  if (reason === null)
    throw new InvalidInput(
      `since decides which rows are taken away, so it needs a reason: add "reason": "first corrupt row seen then". Nothing was changed.`,
    );
  if (startedAt !== undefined && Date.parse(found) > Date.parse(startedAt))
    throw new InvalidInput(
      `since must not be in the future; found ${found}, and the execution started at ${startedAt}. Nothing was changed.`,
    );
  return found;
}

/** The steps before it are left out, so it needs a reason; a plan leaves nothing out. */
function parseFromStep(found: unknown, reason: string | null, mode: Mode): string | undefined {
  const step = parseText('from_step', found, 100);
  if (step === null) return undefined;
  if (reason === null && mode === 'live')
    throw new InvalidInput(
      `from_step leaves out the steps before it, so it needs a reason: add "reason": "those steps are done". Nothing was changed.`,
    );
  return step;
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
