import { fileURLToPath } from 'node:url';
import { buildSync, stop } from 'esbuild';

let code: string | undefined;

/**
 * What a function's thread runs: worker.ts, without its types.
 *
 * Taken away once here. A thread that has to do it itself loads Node's type stripper, 9 MB and 40 ms each time.
 */
export function workerCode(): string {
  code ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs', // as `new Worker(…, { eval: true })` reads it
    write: false,
  }).outputFiles[0]?.text;
  void stop(); // it would wait for more, beside the account, as long as that lives
  if (code === undefined) throw new Error('esbuild made nothing of packages/embedded-aws/src/lambda/worker.ts.');
  return code;
}
