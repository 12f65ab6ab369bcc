import { AwsError } from '../wire/aws-error.ts';
import type { Need } from '../wire/service.ts';
import { type Attributes, type KeyCondition, leadingKeys, queriedKeys } from './leading-keys.ts';

/** What the account knows of its tables. */
export type Schema = {
  readonly arnOf: (tableName: string) => string;
  readonly partitionKeyOf: (tableName: string, indexName?: string) => string | undefined;
};

type Request = KeyCondition & {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
};

type Asked = { readonly resource: string; readonly leading?: readonly string[] };

/**
 * What each action asks of IAM: its table or index, and the partition keys it names. Actions that are not here are
 * not supported.
 *
 * Resources and condition keys are those of the Service Authorization Reference for DynamoDB. A batch is one action
 * there, not its puts and deletes; Scan carries no dynamodb:LeadingKeys.
 */
const asks: Readonly<Record<string, (request: Request, schema: Schema) => readonly Asked[]>> = {
  BatchGetItem: ({ RequestItems = {} }, schema) =>
    Object.entries(RequestItems as Record<string, { Keys?: Attributes[] }>).map(([table, { Keys = [] }]) =>
      items(table, Keys, schema),
    ),
  BatchWriteItem: ({ RequestItems = {} }, schema) =>
    Object.entries(RequestItems as Record<string, Write[]>).map(([table, writes]) =>
      items(
        table,
        writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key),
        schema,
      ),
    ),
  DeleteItem: (request, schema) => [items(tableOf(request), [request.Key], schema)],
  DescribeTable: (request, { arnOf }) => [{ resource: arnOf(tableOf(request)) }],
  GetItem: (request, schema) => [items(tableOf(request), [request.Key], schema)],
  ListTables: () => [{ resource: '*' }],
  PutItem: (request, schema) => [items(tableOf(request), [request.Item], schema)],
  Query: (request, schema) => [{ resource: tableOrIndex(request, schema), leading: queried(request, schema) }],
  Scan: (request, schema) => [{ resource: tableOrIndex(request, schema) }],
  UpdateItem: (request, schema) => [items(tableOf(request), [request.Key], schema)],
};

type Write = {
  readonly PutRequest?: { readonly Item?: Attributes };
  readonly DeleteRequest?: { readonly Key?: Attributes };
};

/** The actions of DynamoDB that the account supports. */
export const dynamodbActions: readonly string[] = Object.keys(asks);

/** What IAM is asked before a request is answered; none of an action nobody supports, which is refused by name. */
export function needsOf(action: string, request: Record<string, unknown>, schema: Schema): Need[] {
  const ask = Object.hasOwn(asks, action) ? asks[action] : undefined;
  if (!ask)
    throw new AwsError(
      'UnknownOperationException',
      `The embedded account's DynamoDB does not know ${action}. It knows ${Object.keys(asks).join(', ')}.`,
    );
  return ask(request, schema).map(({ resource, leading }) => ({
    action: `dynamodb:${action}`,
    resource,
    ...(leading?.length ? { keys: { 'dynamodb:LeadingKeys': leading } } : {}),
  }));
}

const items = (
  table: string,
  named: readonly (Attributes | undefined)[],
  { arnOf, partitionKeyOf }: Schema,
): Asked => ({
  resource: arnOf(table),
  leading: leadingKeys(partitionKeyOf(table), named),
});

function tableOrIndex(request: Request, { arnOf }: Schema): string {
  const table = arnOf(tableOf(request));
  return request.IndexName === undefined ? table : `${table}/index/${request.IndexName}`;
}

/** Of an index, its own partition key. A condition that hides it must not pass for one that names none. */
function queried(request: Request, { partitionKeyOf }: Schema): string[] {
  const partitionKey = partitionKeyOf(tableOf(request), request.IndexName);
  if (partitionKey === undefined) return [];
  const keys = queriedKeys(partitionKey, request);
  if (keys.length > 0) return keys;
  throw new AwsError('ValidationException', `Query condition missed key schema element: ${partitionKey}`);
}

function tableOf({ TableName }: Request): string {
  if (TableName !== undefined) return TableName;
  throw new AwsError('ValidationException', "The parameter 'TableName' is required but was not present in the request");
}
