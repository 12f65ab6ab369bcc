import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { RollbackStack } from '../../cdk/rollback-stack.ts';
import { readEnvironment } from '../../config/environments.ts';
import { hostDocuments } from '../../config/host-document.ts';
import { readFirstFlags, readInfra } from '../../config/infra.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { renderedText, stateMachines } from '../../statemachines/state-machines.ts';
import { oncePerRun } from '../shared-assembly.ts';

/** The longest allowed name of an environment (config/cross-file-checks.ts). */
export const longestEnvironment = 'e'.repeat(16);

export type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: object;
  readonly Outputs?: object;
};

/**
 * Returns the templates of twenty phases with the steps of phase 1, each with two scripts of its own, in production's
 * region under the longest name. All test files of a run share them. They are synthesized in this process, because the tests measure templates, not the app.
 */
export const twentyPhases = () => oncePerRun('twenty-phases', async (folder) => templatesOfTwentyPhases(folder));

function templatesOfTwentyPhases(outdir: string) {
  const infra = readInfra();
  const [first] = infra.runbooks;
  if (!first) throw new Error('infra/runbooks has no runbook to copy twenty times.');
  const runbooks = Array.from({ length: 20 }, (_, i) => ({
    ...first,
    phase: i + 1,
    steps: first.steps.map((step, j) =>
      j === 0 || j === 4 ? { ...step, script: `phase-${i + 1}-step-${j + 1}.py` } : step,
    ),
  }));
  const own = readFileSync(new URL('../../infra/host-scripts/stop-data-ingestion.py', import.meta.url), 'utf8');
  const read = (file: string) =>
    file.startsWith('phase-')
      ? own
      : readFileSync(new URL(`../../infra/host-scripts/${file}`, import.meta.url), 'utf8');
  return synthesized({ ...infra, runbooks, documents: hostDocuments(runbooks, read) }, outdir);
}

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, boolean>;
};

/** With what an environment has only if its file names it. */
const unusualLatency: Environment['anomalies'][number] = {
  metric: 'LatencyMs',
  statistic: 'Average',
  band: 3,
  side: 'above',
  period: 300,
  periods: 3,
};

/** Returns every template with its file name, and its size as sent to CloudFormation. */
function synthesized(infra: ReturnType<typeof readInfra>, outdir: string) {
  const app = new App({ outdir, context });
  const environment = { ...readEnvironment('production'), chaos: {}, anomalies: [unusualLatency] };
  new RollbackStack(app, `rollback-${longestEnvironment}`, {
    env: { account: environment.account, region: environment.region },
    environmentName: longestEnvironment,
    environment,
    infra,
    trustEvidence: null,
    firstFlags: readFirstFlags(),
    definitions: Object.fromEntries(
      Object.entries(stateMachines(infra)).map(([name, machine]) => [name, renderedText(machine)]),
    ),
  });
  app.synth();
  return readdirSync(outdir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => [file, readFileSync(join(outdir, file), 'utf8')] as const)
    .map(([file, text]) => ({ file, bytes: Buffer.byteLength(text), ...(JSON.parse(text) as Template) }));
}
