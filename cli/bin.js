#!/usr/bin/env node
// The command `rollback` by name (package.json, bin). npx and npm run it on the Node of node_modules. A Node that is too old
// for TypeScript hands over to that one.
import { fileURLToPath } from 'node:url';
import './compile-cache.js';

if (process.features.typescript) await import('./main.ts');
else {
  const { spawn } = await import('node:child_process');
  const [node, main] = ['../node_modules/.bin/node', './main.ts'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; this process waits for the other's exit code.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', () => {
    console.error(
      `Node ${process.version} cannot run TypeScript, and node_modules has no Node that can. Install it:\n  npm ci`,
    );
    process.exitCode = 1;
  });
  child.once('close', (code) => {
    process.exitCode ??= code ?? 1;
  });
}
