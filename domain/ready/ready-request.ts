import { InvalidInput } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import { shown } from '../printable.ts';
import { versionPattern, versionWords } from '../version.ts';

/** A request to check readiness: the input of the machine check-readiness. */
export type ReadyRequest = {
  /** null: every phase. */
  readonly phase: number | null;
  /** The version whose rollback is judged; null: the one that runs or was prepared last. */
  readonly version: string | null;
  /** Asks no host, and uses what the hosts reported last. */
  readonly light: boolean;
  /** Whether the canary group is next (true), or every other host (false). Absent: a schedule asks. */
  readonly canary?: boolean;
  /** The name that the person gives: a claim. Absent: a schedule or a pipeline asked. */
  readonly operator?: string;
};

/** The event that a preparation has ended (Step Functions guide, "Execution status change event examples"). */
type Ended = { readonly 'detail-type': string; readonly detail: { readonly input?: unknown } };

/** Parses the machine's input: a person's, a schedule's, or the event of a preparation. Throws InvalidInput with an input that works. */
export function parseReady(given: unknown, phases: readonly number[]): ReadyRequest {
  const input = isEnded(given) ? preparedIn(given) : given;
  const { line, flag, optional } = fieldsOf(input, ['phase', 'version', 'light', 'canary', 'operator'], malformed);
  const { phase = null } = input as { readonly phase?: unknown };
  if (phase !== null && (typeof phase !== 'number' || !phases.includes(phase)))
    throw malformed(`phase must be one of ${phases.join(', ')}, found ${shown(phase)}`);
  const version = optional('version', (key) => line(key, 100)) ?? null;
  if (version !== null && !versionPattern.test(version))
    throw malformed(`version must be ${versionWords}, found ${shown(version)}`);
  if (version !== null && phase === null) throw malformed('a version needs its phase');
  const canary = optional('canary', flag);
  const operator = optional('operator', (key) => line(key, 100));
  return {
    phase: phase as number | null,
    version,
    light: optional('light', flag) ?? false,
    ...(canary === undefined ? {} : { canary }),
    ...(operator === undefined ? {} : { operator }),
  };
}

const isEnded = (given: unknown): given is Ended =>
  typeof given === 'object' && given !== null && 'detail-type' in given && 'detail' in given;

/** Returns the phase that a preparation was for. Its version is the newest one, so it is found without it. */
function preparedIn({ detail }: Ended): unknown {
  try {
    const { phase } = JSON.parse(String(detail.input)) as { readonly phase?: unknown };
    return { phase };
  } catch {
    return {}; // the event was too large to contain the input: every phase is checked
  }
}

const malformed = (wrong: string) =>
  new InvalidInput(`A check of readiness is {"phase": 1} or {}; ${wrong}. Nothing was checked.`);
