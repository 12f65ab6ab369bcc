import * as z from 'zod';
import { InvalidInput } from '../../domain/errors.ts';
import type { Deployment, Deployments } from '../deployments.ts';

export type Recording = { readonly input: unknown; readonly started_at: string };

const schema = z.strictObject({
  phase: z.int().min(1).max(99),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/),
  /** ISO 8601; default: now. */
  at: z.iso.datetime().optional(),
});

/** Older is a mistyped year, or worse: rows since then would be exported and taken away. */
const longestAgoMilliseconds = 30 * 24 * 3600_000;

/** Records that a version of a phase went to the hosts: the pipeline's call. Told twice is stored once. Throws InvalidInput. */
export async function recordDeployment(
  deployments: Deployments,
  { input, started_at }: Recording,
): Promise<Deployment & { readonly phase: number }> {
  const result = schema.safeParse(input);
  if (!result.success)
    throw new InvalidInput(
      `A deployment is {"phase": 1, "version": "v1.4.0"}, with "at" if it was not now. ${z.prettifyError(result.error)}`,
    );
  const { phase, version, at = started_at } = result.data;
  if (Date.parse(at) > Date.parse(started_at))
    throw new InvalidInput(`at must not be in the future; found ${at}, and it is ${started_at}.`);
  if (Date.parse(started_at) - Date.parse(at) > longestAgoMilliseconds)
    throw new InvalidInput(
      `at must be within the last 30 days; found ${at}. A rollback calls every row since then corrupt.`,
    );
  const deployment = { version, at: new Date(at).toISOString() };
  await deployments.record(phase, deployment);
  return { phase, ...deployment };
}
