import { InvalidInput } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import { shown } from '../printable.ts';
import { versionPattern, versionWords } from '../version.ts';

/** A request to prepare the hosts for a deployment: the input of the machine prepare-deployment. */
export type PrepareRequest = {
  readonly phase: number;
  /** The version that will be deployed. */
  readonly version: string;
  /** The name that the person gives: a claim. Absent: a pipeline asked. */
  readonly operator?: string;
};

/** The version becomes a part of a tag's name, which the documents take up to a length. */
const longest = 70;
/** Parts of a name that versionPattern allows and git does not (git check-ref-format). */
const notInTags = /\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/;

/** Parses the machine's input. Throws InvalidInput with the first mistake and an input that works. */
export function parsePrepare(input: unknown, phases: readonly number[]): PrepareRequest {
  const { line, optional } = fieldsOf(input, ['phase', 'version', 'operator'], malformed);
  const { phase } = input as { readonly phase?: unknown };
  if (typeof phase !== 'number' || !phases.includes(phase))
    throw malformed(`phase must be one of ${phases.join(', ')}, found ${shown(phase)}`);
  const version = line('version', 100);
  if (!versionPattern.test(version)) throw malformed(`version must be ${versionWords}, found ${shown(version)}`);
  if (version.length > longest || notInTags.test(version))
    throw malformed(
      `version must be a name for a tag of git with at most ${longest} characters, found ${shown(version)}`,
    );
  const operator = optional('operator', (key) => line(key, 100));
  return { phase, version, ...(operator === undefined ? {} : { operator }) };
}

const malformed = (wrong: string) =>
  new InvalidInput(`A preparation is {"phase": 1, "version": "v1.5.0"}; ${wrong}. Nothing was prepared.`);
