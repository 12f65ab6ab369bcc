import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { editorSchemaFile } from '../../cli/actions/editor-schemas.ts';
import { localStack } from '../cdk/synthesized.ts';

const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
const stack = await localStack();

type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[] };

test('names every required key of an environment’s file', () => {
  const { properties = {}, required = [] } = JSON.parse(
    readFileSync(editorSchemaFile('environment'), 'utf8'),
  ) as Schema;
  const keys = required.flatMap((key) =>
    key === 'confirm' ? [key] : (properties[key]?.required ?? ['']).map((inner) => (inner ? `${key}.${inner}` : key)),
  );
  expect(keys.length).toBeGreaterThan(6);
  const [section = ''] = page.split('## 2.');
  expect(keys.filter((key) => !section.includes(`\`${key}\``))).toEqual([]);
});

test('stops every rule of every phase: all names begin with the prefix that the page lists', () => {
  const [, prefix = ''] = page.match(/list-rules --name-prefix (rollback-production-)/) ?? [];
  const rules = stack.ofType('AWS::Events::Rule');
  expect(rules.length).toBeGreaterThan(8);
  const others = rules.filter(
    ({ Properties }) => !String(Properties['Name']).startsWith(prefix.replace('production', 'local') || '?'),
  );
  expect(others).toEqual([]);
});
