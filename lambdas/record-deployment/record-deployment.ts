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
  const deployment = { version, at: new Date(at).toISOString() };
  await deployments.record(phase, deployment);
  return { phase, ...deployment };
}
