import { ReleaseRefused } from '../errors.ts';
import { mistakenPlaceholder } from '../placeholder.ts';
import { lineOf, shown } from '../printable.ts';

/** A person's request to release a fleet. */
type ReleaseRequest = {
  readonly operator: string;
  readonly reason: string;
  /** The rollback that must be the holder, so that nobody releases another rollback's fleet by mistake. */
  readonly rollback?: string;
};

const longest = { operator: 100, reason: 500, rollback: 80 } as const;
type Key = keyof typeof longest;

/** Parses the release machine's input. Throws ReleaseRefused with the mistake and an input that works. */
export function parseReleaseRequest(input: unknown): ReleaseRequest {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refused(`found ${shown(input)}`);
  const given = input as Record<string, unknown>;
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(longest, key));
  if (unknown !== undefined) throw refused(`"${unknown}" is not one of ${Object.keys(longest).join(', ')}`);
  const rollback = given['rollback'] === undefined ? {} : { rollback: text('rollback', given['rollback']) };
  return { operator: text('operator', given['operator']), reason: text('reason', given['reason']), ...rollback };
}

function text(key: Key, found: unknown): string {
  if (found === undefined) throw refused(`${key} is missing`);
  const placeholder = mistakenPlaceholder(found);
  if (placeholder) throw refused(placeholder);
  const given = lineOf(found, longest[key]);
  if (given !== undefined) return given;
  throw refused(`${key} must be one line of 1 to ${longest[key]} printable characters, found ${shown(found)}`);
}

const refused = (wrong: string) =>
  new ReleaseRefused(
    `A release needs an operator and a reason: {"operator": "ana", "reason": "host-2 repaired by hand"}, and may name the rollback; ${wrong}. Nothing was released.`,
  );
