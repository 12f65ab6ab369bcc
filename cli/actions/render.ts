import { readInfra } from '../../config/infra.ts';
import { renderedFiles, write } from '../../statemachines/render.ts';
import { editorSchemaFile, editorSchemas, editorSchemaText } from './editor-schemas.ts';
import { readKnown } from './story-file.ts';

export async function render({ json = false }: { readonly json?: boolean }): Promise<number> {
  const schemas = Object.entries(editorSchemas(readKnown())).map(
    ([name, schema]) => [editorSchemaFile(name), editorSchemaText(schema)] as const,
  );
  const written = [...renderedFiles(readInfra()), ...schemas].map(write);
  console.log(json ? JSON.stringify({ written }, null, 2) : written.join('\n'));
  return 0;
}
