import { fileURLToPath } from 'node:url';
import { buildSync, stop } from 'esbuild';

let code: string | undefined;

/**
 * Returns the code of a function's thread: worker.ts without its types.
 *
 * The types are removed once, here. A thread that removed them itself would load Node's type stripper, 9 MB and 40 ms each time.
 */
export function workerCode(): string {
  code ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs', // the format of `new Worker(…, { eval: true })`
    write: false,
  }).outputFiles[0]?.text;
  void stop(); // esbuild's own process would otherwise live as long as the account
  if (code === undefined) throw new Error('esbuild returned no output for packages/embedded-aws/src/lambda/worker.ts.');
  return code;
}
