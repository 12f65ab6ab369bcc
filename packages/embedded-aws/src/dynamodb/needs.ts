import { AwsError } from '../wire/aws-error.ts';
import type { Need } from '../wire/service.ts';
import { type Attributes, type KeyCondition, leadingKeys, queriedKeys } from './leading-keys.ts';

/** The ARN and the partition key of a table. The permissions that a request needs depend on them. */
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
  readonly TransactItems?: readonly { readonly Put?: Request }[];
};

/** A resource that an action uses, with the partition keys that the request names. */
type Use = {
  readonly resource: string;
  readonly leading?: readonly string[];
  /** The action whose permission is needed, if it is another one. */
  readonly action?: string;
};

/**
 * The supported actions with the tables or indexes and partition keys that each of them uses.
 *
 * Resources and condition keys are those of the Service Authorization Reference for DynamoDB. A batch is one action
 * there, not its puts and deletes; a transaction needs the permission of each of its actions. Scan has no
 * dynamodb:LeadingKeys.
 */
const actions: Readonly<Record<string, (request: Request, schema: Schema) => readonly Use[]>> = {
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
  TransactWriteItems: ({ TransactItems = [] }, schema) =>
    TransactItems.flatMap(({ Put }) =>
      Put ? [{ ...items(tableOf(Put), [Put.Item], schema), action: 'PutItem' }] : [],
    ),
  UpdateItem: (request, schema) => [items(tableOf(request), [request.Key], schema)],
};

type Write = {
  readonly PutRequest?: { readonly Item?: Attributes };
  readonly DeleteRequest?: { readonly Key?: Attributes };
};

/** The actions of DynamoDB that the account supports. */
export const dynamodbActions: readonly string[] = Object.keys(actions);

/** Returns the needs that IAM checks before a request runs. Throws an error that names an unsupported action. */
export function needsOf(action: string, request: Record<string, unknown>, schema: Schema): Need[] {
  const uses = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!uses)
    throw new AwsError(
      'UnknownOperationException',
      `The embedded account's DynamoDB does not know ${action}. It knows ${dynamodbActions.join(', ')}.`,
    );
  return uses(request, schema).map(({ resource, leading, action: needed = action }) => ({
    action: `dynamodb:${needed}`,
    resource,
    ...(leading?.length ? { keys: { 'dynamodb:LeadingKeys': leading } } : {}),
  }));
}

const items = (table: string, named: readonly (Attributes | undefined)[], { arnOf, partitionKeyOf }: Schema): Use => ({
  resource: arnOf(table),
  leading: leadingKeys(partitionKeyOf(table), named),
});

function tableOrIndex(request: Request, { arnOf }: Schema): string {
  const table = arnOf(tableOf(request));
  return request.IndexName === undefined ? table : `${table}/index/${request.IndexName}`;
}

/** Returns the queried partition key of the table or index. Throws if the condition hides it, because IAM could not check it. */
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
