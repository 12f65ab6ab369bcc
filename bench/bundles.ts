import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Figure, median } from './figure.ts';

type Resource = {
  readonly Type: string;
  readonly Properties: {
    readonly FunctionName?: string;
    readonly Code?: { readonly S3Key?: string };
    readonly Environment?: { readonly Variables?: Record<string, unknown> };
  };
};

/**
 * Measures the size of each function's bundle, and its load time in a fresh process (median of 7, without Node's own
 * start).
 */
export async function bundles(assembly: string): Promise<Figure[]> {
  const template = readdirSync(assembly).find((file) => file.endsWith('.template.json')) ?? '';
  const { Resources } = JSON.parse(readFileSync(join(assembly, template), 'utf8')) as {
    Resources: Record<string, Resource>;
  };
  const figures: Figure[] = [];
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const file = join(assembly, `asset.${Properties.Code?.S3Key?.replace('.zip', '')}`, 'index.mjs');
    const name = Properties.FunctionName?.replace(/^rollback-[a-z]+-/, '') ?? '';
    const settings = Properties.Environment?.Variables ?? {};
    const times: number[] = [];
    for (let i = 0; i < 7; i += 1) times.push(await loadMilliseconds(file, settings));
    figures.push({ name: `bundle ${name}`, value: Math.round(statSync(file).size / 1024), unit: 'KB', most: 600 });
    figures.push({ name: `init ${name}`, value: Math.round(median(times)), unit: 'ms', most: 100 });
  }
  return figures;
}

/** Loads a bundle with every variable as the stack sets it. For a reference it has `{}`, which is valid as text and as JSON. */
async function loadMilliseconds(file: string, settings: Readonly<Record<string, unknown>>): Promise<number> {
  const code = 'const t=performance.now();await import(process.argv[1]);console.log(performance.now()-t)';
  const values = Object.entries(settings).map(([name, value]) => [name, typeof value === 'string' ? value : '{}']);
  const env = { AWS_REGION: 'us-east-1', ...Object.fromEntries(values) };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, file], { env });
  return Number(stdout);
}
