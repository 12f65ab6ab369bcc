import type { DeployedBy } from './deployed-by.ts';
import { InvalidInput } from './errors.ts';
import { fieldsOf } from './fields.ts';
import { shown } from './printable.ts';
import { instantOf, instantWords } from './real-instant.ts';
import { versionPattern, versionWords } from './version.ts';

/** The input of the record-deployment machine, checked. */
export type DeploymentRequest = DeployedBy & {
  readonly phase: number;
  readonly version: string;
  /** ISO 8601 in UTC. Absent: the call names none. */
  readonly at?: string;
  /** The same version was deployed once more: a second record, although the newest deployment has this version. */
  readonly again?: true;
  /** The canary group alone got it. Absent: every host did. */
  readonly canary?: true;
};

/** An older instant is a guess and not a pipeline's call; every row since then would become suspect. */
const oldestMilliseconds = 24 * 3600_000;

/** A name that the pipeline gives: a claim. */
const mostOfName = 100;

/** Parses a deployment to record. `now`: milliseconds since 1970. Throws InvalidInput with what was found and what is expected. */
export function parseDeployment(input: unknown, phases: readonly number[], now: number): DeploymentRequest {
  const fields = fieldsOf(input, ['phase', 'version', 'at', 'again', 'canary', 'author', 'approver'], malformed);
  const { line, optional, flag } = fields;
  const phase = phaseIn(input, phases);
  const version = line('version', mostOfName);
  if (!versionPattern.test(version)) throw malformed(`version must be ${versionWords}, found ${shown(version)}`);
  const at = optional('at', (key) => pastInstant(line(key, mostOfName), now));
  const again = optional('again', flag);
  if (again === false) throw malformed('again must be true, or absent, found false');
  const canary = optional('canary', flag);
  if (at !== undefined && again)
    throw malformed('found at and again: at says by itself which deployment is meant. Use one of them');
  const author = optional('author', (key) => line(key, mostOfName));
  const approver = optional('approver', (key) => line(key, mostOfName));
  return {
    ...{ phase, version },
    ...(at === undefined ? {} : { at }),
    ...(again ? { again } : {}),
    ...(canary ? { canary } : {}),
    ...(author === undefined ? {} : { author }),
    ...(approver === undefined ? {} : { approver }),
  };
}

function phaseIn(input: unknown, phases: readonly number[]): number {
  const { phase } = input as { readonly phase?: unknown };
  if (phase === undefined || phase === null) throw malformed('phase is missing');
  if (!Number.isInteger(phase)) throw malformed(`phase must be the number of a phase, found ${shown(phase)}`);
  if (!phases.includes(Number(phase)))
    throw new InvalidInput(`There is no phase ${phase}; known phases: ${phases.join(', ')}. Nothing was recorded.`);
  return Number(phase);
}

/** Every row since a deployment is suspect, so its instant is not guessed: it has a zone, and lies within the last day. */
function pastInstant(text: string, now: number): string {
  const at = instantOf(text);
  if (at === undefined) throw malformed(`at must be ${instantWords}, found ${shown(text)}`);
  const is = new Date(now).toISOString();
  if (Date.parse(at) > now) throw malformed(`at must not be in the future; found ${text}, and it is ${is}`);
  if (now - Date.parse(at) > oldestMilliseconds)
    throw malformed(
      `at must be within the last 24 hours; found ${text}, and it is ${is}. A rollback treats every row since the deployment as corrupt`,
    );
  return at;
}

const malformed = (wrong: string) =>
  new InvalidInput(
    `A deployment is {"phase": 1, "version": "v1.4.0"}, with "at" (such as 2026-03-02T08:50:00Z) if it was not now, "again": true if the newest version was deployed once more, or "canary": true if the canary group alone got it; ${wrong}. Nothing was recorded.`,
  );
