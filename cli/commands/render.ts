import { readInfra } from '../../config/infra.ts';
import { renderedFiles, write } from '../../statemachines/render.ts';
import type { Command } from './command.ts';
import { editorSchemaFile, editorSchemas, editorSchemaText } from './editor-schemas.ts';
import { readKnown } from './story-file.ts';

export const render: Command = {
  summary: 'Write the files generated from infra/: state machines, graphs, and schemas for editors',
  help: `rollback render

Reads infra/ and writes statemachines/rendered, docs/graphs and infra/schemas.
Exit code 0: written. 2: a mistake in infra/; nothing was written.`,
  run: async () => {
    const schemas = Object.entries(editorSchemas(readKnown())).map(
      ([name, schema]) => [editorSchemaFile(name), editorSchemaText(schema)] as const,
    );
    [...renderedFiles(readInfra()), ...schemas].forEach(write);
    return 0;
  },
};
