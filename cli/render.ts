import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readInfra, renderedFile, renderedText, stateMachines } from '../statemachines/files.ts';
import type { Command } from './command.ts';
import { editorSchemaFile, editorSchemas, editorSchemaText } from './editor-schemas.ts';
import { readKnown } from './story-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export const render: Command = {
  summary: 'Write what is made from infra/ and committed: state machines, and the schemas that editors read',
  help: `rollback render

Reads infra/ and writes statemachines/rendered and infra/schemas. A mistake in infra/ writes nothing and exits with 2.`,
  run: async () => {
    const machines = Object.entries(stateMachines(readInfra()));
    const schemas = Object.entries(editorSchemas(readKnown()));
    const files = [
      ...machines.map(([name, machine]) => [renderedFile(name), renderedText(machine)] as const),
      ...schemas.map(([name, schema]) => [editorSchemaFile(name), editorSchemaText(schema)] as const),
    ];
    for (const [file, text] of files) {
      mkdirSync(new URL('.', file), { recursive: true });
      writeFileSync(file, text);
      console.log(relative(root, fileURLToPath(file)));
    }
    return 0;
  },
};
