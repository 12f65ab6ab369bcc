import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './embedded-account.ts';

/** Everything that a story and a random incident run. The packages are reached through node_modules. */
const parts = [
  ...['cdk', 'cli', 'config', 'domain', 'incidents', 'infra', 'lambdas', 'rehearsals', 'simulator', 'statemachines'],
  ...['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'],
];

/** Copies the project into a folder, with the same installed packages. Returns the folder. */
export function copyProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

/** Changes a file of a copy; returns a function that restores it. */
export function changed(folder: string, file: string, change: (text: string) => string): () => void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, change(text));
  return () => writeFileSync(path, text);
}
