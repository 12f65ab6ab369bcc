import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { Tables } from '../../cdk/tables.ts';
import { facets } from '../../domain/history/record-index.ts';

type Index = {
  readonly IndexName: string;
  readonly KeySchema: unknown;
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes: readonly string[] };
};
type Table = {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
};

/** Returns a table of the stack that is synthesized with this many indexes; undefined: with all of them. */
function table(name: 'state' | 'history', history_indexes?: string): Table {
  const stack = new Stack(new App({ context: { history_indexes } }), 'Stack');
  new Tables(stack, 'Tables', { environment: 'test' });
  const found = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  return found
    .map(({ Properties }) => Properties as Table)
    .find((one) => one.TableName === `rollback-test-${name}`) as Table;
}
const indexes = (of: Table) => of.GlobalSecondaryIndexes ?? [];

test('the history has one index per facet, from its value to the rollbacks by their start, with the summary', () => {
  expect(indexes(table('history'))).toEqual(
    facets.map((facet) => ({
      IndexName: `by-${facet}`,
      KeySchema: [
        { AttributeName: `by_${facet}`, KeyType: 'HASH' },
        { AttributeName: 'started', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['summary'] },
    })),
  );
});

test('the state has no index', () => expect(indexes(table('state'))).toEqual([]));

test("indexes stay within DynamoDB's limits: 20 in a table, 100 projected attributes in all", () => {
  const all = indexes(table('history'));
  expect(all.length).toBeLessThanOrEqual(20);
  expect(all.flatMap(({ Projection }) => Projection.NonKeyAttributes).length).toBeLessThanOrEqual(100);
});

test('each next history_indexes adds one index and its key, and changes none: CloudFormation creates one at a time', () => {
  const steps = Array.from({ length: facets.length + 1 }, (_, n) => table('history', String(n)));
  expect(steps.map((step) => indexes(step).length)).toEqual(steps.map((_, n) => n));
  for (const [n, step] of steps.entries()) {
    expect(indexes(table('history')).slice(0, n)).toEqual(indexes(step));
    const keys = step.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
    expect(keys).toEqual([
      'pk',
      'sk',
      ...facets.slice(0, n).flatMap((facet, i) => (i === 0 ? [`by_${facet}`, 'started'] : [`by_${facet}`])),
    ]);
  }
});

test.each(['', '-1', '11', '2.5', 'all'])('history_indexes=%s is refused', (given) => {
  expect(() => table('history', given)).toThrow(
    `-c history_indexes takes a whole number from 0 to 10, the number of indexes; found "${given}".`,
  );
});
