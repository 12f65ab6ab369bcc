import { describe, expect, test } from 'vitest';
import { needsOf } from '../../src/dynamodb/needs.ts';

const arn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/history';
const schema = {
  arnOf: (table: string) => `arn:aws:dynamodb:eu-west-1:000000000000:table/${table}`,
  partitionKeyOf: (table: string, index?: string) => (table === 'history' ? (index ? 'phase' : 'pk') : undefined),
};
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } });
const history = { TableName: 'history' };

describe('the needs of', () => {
  test.each([
    ['GetItem', { ...history, Key: key('EVENT#1') }, arn, ['EVENT#1']],
    ['PutItem', { ...history, Item: { ...key('EVENT#1'), note: { S: 'x' } } }, arn, ['EVENT#1']],
    ['UpdateItem', { ...history, Key: key('EVENT#1') }, arn, ['EVENT#1']],
    ['DeleteItem', { ...history, Key: key('EVENT#1') }, arn, ['EVENT#1']],
    [
      'BatchGetItem',
      { RequestItems: { history: { Keys: [key('EVENT#1'), key('RECORD#1')] } } },
      arn,
      ['EVENT#1', 'RECORD#1'],
    ],
    [
      'BatchWriteItem',
      {
        RequestItems: {
          history: [{ PutRequest: { Item: key('EVENT#1') } }, { DeleteRequest: { Key: key('EVENT#2') } }],
        },
      },
      arn,
      ['EVENT#1', 'EVENT#2'],
    ],
    [
      'Query',
      { ...history, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'EVENT#1' } } },
      arn,
      ['EVENT#1'],
    ],
    [
      'Query',
      {
        ...history,
        KeyConditionExpression: '(#sk = :sk) AND (#pk=:pk)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': { S: 'EVENT#1' }, ':sk': { S: '1' } },
      },
      arn,
      ['EVENT#1'],
    ],
    [
      'Query',
      {
        ...history,
        IndexName: 'by-phase',
        KeyConditionExpression: 'phase = :p',
        ExpressionAttributeValues: { ':p': { N: '4' } },
      },
      `${arn}/index/by-phase`,
      ['4'],
    ],
    ['Scan', history, arn, undefined],
    ['Scan', { ...history, IndexName: 'by-phase' }, `${arn}/index/by-phase`, undefined],
    ['DescribeTable', history, arn, undefined],
    ['ListTables', {}, '*', undefined],
    ['GetItem', { TableName: 'nobody', Key: key('EVENT#1') }, schema.arnOf('nobody'), undefined],
  ])('%s %j', (action, request, resource, leading) => {
    const keys = leading && { keys: { 'dynamodb:LeadingKeys': leading } };
    expect(needsOf(action, request, schema)).toEqual([{ action: `dynamodb:${action}`, resource, ...keys }]);
  });

  test('a transaction are the permissions of its puts', () => {
    const Put = { ...history, Item: key('EVENT#1') };
    expect(needsOf('TransactWriteItems', { TransactItems: [{ Put }] }, schema)).toEqual([
      { action: 'dynamodb:PutItem', resource: arn, keys: { 'dynamodb:LeadingKeys': ['EVENT#1'] } },
    ]);
  });

  test('a batch over two tables name both', () => {
    const RequestItems = { history: { Keys: [key('EVENT#1')] }, state: { Keys: [key('LOCK#1')] } };
    expect(needsOf('BatchGetItem', { RequestItems }, schema).map(({ resource }) => resource)).toEqual([
      arn,
      schema.arnOf('state'),
    ]);
  });
});

test('a Query that hides its partition key is refused', () => {
  const hidden = {
    ...history,
    KeyConditionExpression: ':pk = pk',
    ExpressionAttributeValues: { ':pk': { S: 'EVENT#1' } },
  };
  expect(() => needsOf('Query', hidden, schema)).toThrow('Query condition missed key schema element: pk');
});

test('a request without its table is refused with DynamoDB’s error', () => {
  expect(() => needsOf('GetItem', {}, schema)).toThrow("The parameter 'TableName' is required");
});

test.each(['TransactGetItems', 'CreateTable', 'toString'])('the unknown action %s is refused by name', (action) => {
  expect(() => needsOf(action, {}, schema)).toThrow(
    expect.objectContaining({ code: 'UnknownOperationException', message: expect.stringContaining(action) }),
  );
});
