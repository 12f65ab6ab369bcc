import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { localStack, root } from './synthesized.ts';

type Definition = { readonly Name: string; readonly QueryString: string; readonly LogGroupNames: readonly string[] };

const stack = await localStack();
const definitions = stack
  .ofType('AWS::Logs::QueryDefinition')
  .map(({ Properties }) => Properties as unknown as Definition);
const logGroups = stack.ofType('AWS::Logs::LogGroup').map(({ Properties }) => String(Properties['LogGroupName']));

test('every log group of the stack is read by a saved query, and no other', () => {
  const read = new Set(definitions.flatMap(({ LogGroupNames }) => LogGroupNames));
  expect([...read].toSorted()).toEqual(logGroups.toSorted());
});

test('a query reads 50 log groups at most, the limit of StartQuery', () => {
  expect(Math.max(...definitions.map(({ LogGroupNames }) => LogGroupNames.length))).toBeLessThanOrEqual(50);
});

test('a query waits for the log groups that it reads', () => {
  const all = stack.ofType('AWS::Logs::QueryDefinition') as unknown as { DependsOn?: string[] }[];
  expect(all.map(({ DependsOn = [] }) => DependsOn.length > 0)).toEqual(definitions.map(() => true));
});

describe('the saved query', () => {
  test.each(definitions.map((one) => [one.Name, one] as const))('%s is in docs/audit.md', (name) => {
    const [folder, short = ''] = name.split('/');
    expect(folder).toBe('rollback-local');
    expect(readFileSync(`${root}docs/audit.md`, 'utf8')).toContain(`| ${short} |`);
  });

  test.each(definitions.map((one) => [one.Name, one] as const))(
    '%s uses commands of Logs Insights',
    (_, { QueryString }) => {
      const commands = QueryString.split('\n| ').map((line) => line.split(' ')[0]);
      expect(['fields', 'filter', 'stats', 'sort', 'limit']).toEqual(expect.arrayContaining(commands));
      expect(QueryString).not.toContain('undefined');
    },
  );

  test('of one rollback has one place to fill in', () => {
    const found = definitions.find(({ Name }) => Name.endsWith('/States of one rollback'))?.QueryString ?? '';
    expect(found).toContain('\n| filter execution_arn like "PASTE THE ROLLBACK ID"\n');
  });
});
