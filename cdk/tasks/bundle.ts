import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { cachedBundles } from './bundle-cache.ts';

const lambdas = fileURLToPath(new URL('../../lambdas/', import.meta.url));

/**
 * Providers of credentials for functions that have none in their environment. Lambda always sets them there.
 *
 * The SDK imports these providers only when it needs them. Without them each bundle is 118 KB smaller.
 */
const otherCredentials = [
  ...['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map((one) => `@aws-sdk/credential-provider-${one}`),
  '@smithy/credential-provider-imds',
];

/** Returns the name of every function: each folder of lambdas/ that has an index.ts. */
export const functionNames = (): string[] =>
  readdirSync(lambdas, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/index\.ts$/.test(file))
    .map((file) => file.replace('/index.ts', ''))
    .toSorted();

/**
 * Returns the folder of each function's bundle: new ones, or those of the same sources in the folder `cache`.
 *
 * One call of esbuild takes 0.7 s on an idle machine, while one NodejsFunction per function takes 7.
 */
export function bundleFunctions(cache = process.env['ROLLBACK_BUNDLES']): Readonly<Record<string, string>> {
  const folder = cache ? cachedBundles(cache, bundleInto) : ownFolder();
  if (!cache) bundleInto(folder);
  return Object.fromEntries(functionNames().map((name) => [name, join(folder, name)]));
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-bundle-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Bundles all functions in one call. The SDK is bundled, so that the reviewed version runs. With `module` before `main`
 * esbuild can drop the unused half of it. Some of its dependencies are CommonJS and call require, which an ES module does
 * not have; the banner defines it (aws-cdk #29310).
 */
function bundleInto(folder: string): void {
  // esbuild's process ends right afterwards. Without Go's collector of garbage it takes a quarter less processor time, and 1.6
  // GB of memory instead of 1.4.
  process.env['GOGC'] ??= 'off';
  buildSync({
    entryPoints: Object.fromEntries(functionNames().map((name) => [`${name}/index`, join(lambdas, name, 'index.ts')])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: otherCredentials,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}
