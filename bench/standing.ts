import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';
import { type Heard, isOfAFunction } from './run.ts';
import { type Idle, type Resource, standingFigures } from './standing-costs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns what production costs in a month without a rollback, for 3 and 300 hosts. */
export async function standing(idle: Idle): Promise<Figure[]> {
  const resources = await resourcesOf('production');
  return [3, 300].flatMap((hosts) => standingFigures(resources, idle, hosts));
}

/** Returns the requests per minute of all functions, from what was heard in some minutes without a rollback. */
export function idleRequests(heard: readonly Heard[], minutes: number): Idle {
  const actions = heard.filter(isOfAFunction).map(({ action }) => String(action));
  const count = (pattern: RegExp) => actions.filter((action) => pattern.test(action)).length / minutes;
  return {
    dynamodbReads: count(/^DynamoDB_\d+\.(GetItem|BatchGetItem|Query)$/),
    dynamodbWrites: count(/^DynamoDB_\d+\.(PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems)$/),
    cloudWatch: count(/^GraniteServiceVersion\d+\./),
  };
}

/** Synthesizes an environment, without credentials and without the CDK's own check, and returns its resources. */
async function resourcesOf(environment: string): Promise<Resource[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
  const app = spawn(process.execPath, [join(root, 'cdk/app.ts')], {
    cwd: root,
    env: {
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment }),
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const [code, stderr] = await Promise.all([new Promise((resolve) => app.once('close', resolve)), text(app.stderr)]);
    if (code !== 0) throw new Error(`The template of ${environment} could not be synthesized: ${stderr}`);
    return resourcesIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the resources of all templates in a cloud assembly, nested stacks included. */
export const resourcesIn = (folder: string): Resource[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Resources: Record<string, Resource> })
    .flatMap(({ Resources }) => Object.values(Resources));
