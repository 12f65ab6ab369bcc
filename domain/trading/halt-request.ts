import { InvalidInput } from '../errors.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { cleanedLine, lineOf, shown } from '../printable.ts';

/** A request to halt trading, or to resume it. */
export type TradingRequest = {
  readonly operator: string;
  readonly reason: string;
  /** Names or instance ids. null: every host of the fleet. */
  readonly hosts: readonly string[] | null;
};

/** A request to resume it. */
export type ResumeRequest = TradingRequest & {
  /** Ids of rollbacks that stopped half way, after which trading is to resume all the same. */
  readonly despite: readonly string[];
};

/** Returns the rollbacks of which the person knows, as an event has them. */
export const despiteOf = ({ despite }: Pick<ResumeRequest, 'despite'>): { despite?: readonly string[] } =>
  despite.length > 0 ? { despite } : {};

/** As many as a fleet has. */
const mostHosts = 1000;

const example = '{"operator": "ana", "reason": "orders without answers"}, and may name "hosts"';
const ofBoth = ['operator', 'reason', 'hosts'];
const fieldsIn = (input: unknown, what: string, known = ofBoth) =>
  fieldsOf(input, known, (wrong) => new InvalidInput(`${what} takes ${example}; ${wrong}. Nothing was done.`));

/** The longest texts of a request. */
const longest = { operator: 100, reason: 500, host: 100, rollback: 80 } as const;

/** Far more than stop half way before one of them is finished. */
const mostDespite = 20;

/**
 * Parses the input of the machine halt. A halt is never refused for who wants it or why: both may be absent, and a text that is too
 * long or of several lines is cut and cleaned. Throws InvalidInput if the fields or the list of hosts are wrong.
 */
export function parseHalt(input: unknown): TradingRequest {
  const alarm = alarmIn(input);
  if (alarm !== undefined) return { operator: 'automation', reason: `the alarm ${alarm} is red`, hosts: null };
  const fields = fieldsIn(input, 'A halt');
  const given = input as Readonly<Record<string, unknown>>;
  return {
    operator: cleanedLine(given['operator'], longest.operator) ?? 'not named',
    reason: cleanedLine(given['reason'], longest.reason) ?? 'none was given',
    hosts: hostsToHalt(given['hosts'], fields),
  };
}

/**
 * Returns the hosts to halt; null: every host. A text that cannot be a host's name stops the halt of no other. A list without any name is
 * refused, because it is not known whether it means no host or every host.
 */
function hostsToHalt(found: unknown, { refuse }: Fields): string[] | null {
  if (found === undefined || found === null) return null;
  const names = Array.isArray(found) ? found.flatMap((one) => cleanedLine(one, longest.host) ?? []) : [];
  if (names.length === 0 || names.length > mostHosts)
    throw refuse(`hosts must be a list of 1 to ${mostHosts} names, found ${shown(found)}`);
  return names;
}

/** Returns the alarm whose event started the machine, as the environment may want; undefined if a person did. */
function alarmIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('detail-type' in input)) return undefined;
  const { detail } = input as { readonly detail?: { readonly alarmName?: unknown } };
  return lineOf(detail?.alarmName, 255) ?? 'of an event without a name';
}

/** Parses the input of the machine resume. Throws InvalidInput. */
export function parseResume(input: unknown): ResumeRequest {
  const fields = fieldsIn(input, 'A resume', [...ofBoth, 'despite']);
  return {
    operator: fields.line('operator', longest.operator),
    reason: fields.line('reason', longest.reason),
    hosts: fields.optional('hosts', (key) => fields.lines(key, mostHosts, longest.host)) ?? null,
    despite: fields.optional('despite', (key) => fields.lines(key, mostDespite, longest.rollback)) ?? [],
  };
}
