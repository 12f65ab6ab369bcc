import { readInfra } from '../../config/infra.ts';
import { renderedFiles, write } from '../../statemachines/render.ts';
import type { Command } from './command.ts';
import { editorSchemaFile, editorSchemas, editorSchemaText } from './editor-schemas.ts';
import { readKnown } from './story-file.ts';

export const render: Command = {
  summary: 'Write what is made from infra/ and committed: state machines, graphs, and the schemas that editors read',
  help: `rollback render

Reads infra/ and writes statemachines/rendered, docs/graphs and infra/schemas. A mistake in infra/ writes nothing and
exits with 2.`,
  run: async () => {
    const schemas = Object.entries(editorSchemas(readKnown())).map(
      ([name, schema]) => [editorSchemaFile(name), editorSchemaText(schema)] as const,
    );
    [...renderedFiles(readInfra()), ...schemas].forEach(write);
    return 0;
  },
};
