import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readInfra, renderedFile, renderedText, stateMachines } from './files.ts';
import { graphFiles } from './graph/files.ts';

// `npm run render`: writes statemachines/rendered and docs/graphs from infra/, for review and deployment.
const machines = stateMachines(readInfra());
for (const [name, machine] of Object.entries(machines)) write(renderedFile(name), renderedText(machine));
for (const [path, text] of Object.entries(graphFiles(machines))) write(new URL(`../${path}`, import.meta.url), text);

function write(file: URL, text: string): void {
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
  console.log(fileURLToPath(file).slice(fileURLToPath(new URL('..', import.meta.url)).length));
}
