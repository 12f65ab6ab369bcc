import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Infra } from '../config/infra.ts';
import { graphFiles } from './graph/files.ts';
import { renderedFile, renderedText, stateMachines } from './state-machines.ts';

/** Returns the files made from infra/ for review and deployment: statemachines/rendered and docs/graphs. */
export function renderedFiles(infra: Infra): (readonly [URL, string])[] {
  const machines = stateMachines(infra);
  return [
    ...Object.entries(machines).map(([name, machine]) => [renderedFile(name), renderedText(machine)] as const),
    ...Object.entries(graphFiles(machines)).map(
      ([path, text]) => [new URL(`../${path}`, import.meta.url), text] as const,
    ),
  ];
}

/** Writes one file. Returns its path from the project's root. */
export function write([file, text]: readonly [URL, string]): string {
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
  return fileURLToPath(file).slice(fileURLToPath(new URL('..', import.meta.url)).length);
}
