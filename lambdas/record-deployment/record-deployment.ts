import * as z from 'zod';
import { InvalidInput } from '../../domain/errors.ts';
import { mistakenPlaceholder } from '../../domain/placeholder.ts';
import type { Deployment, Deployments } from '../stores/deployments.ts';

export type RecordDeploymentDeps = {
  readonly deployments: Deployments;
  /** Phases with a runbook. */
  readonly phases: readonly number[];
};
export type RecordRequest = { readonly input: unknown; readonly started_at: string };

const schema = z.strictObject({
  phase: z.int().min(1).max(99),
  version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/, { error: 'letters, digits and . _ / -, at most 100, such as v1.4.0' }),
  /** ISO 8601; default: the execution's start. */
  at: z.iso.datetime({ offset: true, error: 'an ISO 8601 instant such as 2026-03-02T08:50:00Z' }).optional(),
});

/** An older instant is a guess and not a pipeline's call; every row since then would become suspect. */
const oldestMilliseconds = 24 * 3600_000;

/**
 * Records that a version of a phase was deployed to the hosts; the pipeline calls it. Repeating it is harmless: a
 * deployment is stored once. Throws InvalidInput.
 */
export async function recordDeployment(
  { deployments, phases }: RecordDeploymentDeps,
  { input, started_at }: RecordRequest,
): Promise<Deployment & { readonly phase: number }> {
  const result = schema.safeParse(input);
  if (!result.success)
    throw new InvalidInput(
      `A deployment is {"phase": 1, "version": "v1.4.0"}, with "at" (such as 2026-03-02T08:50:00Z) if it was not now. ${sentence(result.error)}`,
    );
  const { phase, version, at = started_at } = result.data;
  const placeholder = mistakenPlaceholder(version);
  if (placeholder) throw new InvalidInput(`Found a placeholder: ${placeholder}. Nothing was recorded.`);
  if (!phases.includes(phase))
    throw new InvalidInput(`There is no phase ${phase}; known phases: ${phases.join(', ')}. Nothing was recorded.`);
  if (Date.parse(at) > Date.parse(started_at))
    throw new InvalidInput(`at must not be in the future; found ${at}, and it is ${started_at}.`);
  if (Date.parse(started_at) - Date.parse(at) > oldestMilliseconds)
    throw new InvalidInput(
      `at must be within the last 24 hours; found ${at}. A rollback treats every row since the deployment as corrupt. Nothing was recorded.`,
    );
  const deployment = { version, at: new Date(at).toISOString() };
  const stored = await deployments.record(phase, deployment);
  if (stored.version !== version)
    throw new InvalidInput(
      `Phase ${phase} was already recorded at ${stored.version} for ${deployment.at}; found ${version}.`,
    );
  return { phase, ...deployment };
}

const sentence = ({ issues }: z.ZodError) =>
  issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');
