import { join } from 'node:path';
import { build } from 'esbuild';
import { functionNames, lambdas } from './bundle.ts';
import { literalKeys } from './literal-keys.ts';

/**
 * Providers of credentials for functions that have none in their environment. Lambda always sets them there.
 *
 * The SDK imports these providers only when it needs them. Without them each bundle is 118 KB smaller.
 */
const otherCredentials = [
  ...['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map((one) => `@aws-sdk/credential-provider-${one}`),
  '@smithy/credential-provider-imds',
];

/**
 * Bundles all functions in one call. The SDK is bundled, so that the reviewed version runs. With `module` before `main`
 * esbuild can drop the unused half of it. Some of its dependencies are CommonJS and call require, which an ES module does
 * not have; the banner defines it (aws-cdk #29310).
 */
async function writeBundles(folder: string): Promise<void> {
  await build({
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
    plugins: [literalKeys],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Found no folder for the bundles. Expected: node cdk/tasks/write-bundles.ts FOLDER');
await writeBundles(folder);
