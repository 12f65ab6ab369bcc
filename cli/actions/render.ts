import { readInfra } from '../../config/infra.ts';
import { renderedFiles, write } from '../../statemachines/render.ts';
import { editorSchemaFile, editorSchemas, editorSchemaText } from './editor-schemas.ts';
import { readKnown } from './story-file.ts';

export async function render(): Promise<number> {
  const schemas = Object.entries(editorSchemas(readKnown())).map(
    ([name, schema]) => [editorSchemaFile(name), editorSchemaText(schema)] as const,
  );
  [...renderedFiles(readInfra()), ...schemas].forEach(write);
  return 0;
}
