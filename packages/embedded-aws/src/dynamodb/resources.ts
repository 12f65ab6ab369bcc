import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { CreatedResource, ResourceMaker } from '../template/resource.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { Table } from './table.ts';

/** Returns the makers of tables. There are no streams, so StreamArn is not an attribute. */
export const dynamodbResources = (dynamodb: DynamoDb, place: { region: string }): Record<string, ResourceMaker> => ({
  'AWS::DynamoDB::Table': ({ stack, logicalId, properties }) => {
    const table = withoutInert({ ...common, ...tableOnly }, properties);
    return made(dynamodb, { ...table, TableName: table.TableName ?? physicalName(stack, logicalId) });
  },

  /** The resource type of CDK's TableV2, also in a single region. */
  'AWS::DynamoDB::GlobalTable': ({ stack, logicalId, properties }) => {
    const { Replicas, ...table } = withoutInert({ ...common, ...globalTableOnly }, properties);
    const elsewhere = Replicas.map(({ Region }) => Region).filter((region) => region !== place.region);
    if (elsewhere.length > 0) throw new Error(`has a replica in ${elsewhere}; the embedded account is ${place.region}`);
    return made(dynamodb, { ...table, TableName: table.TableName ?? physicalName(stack, logicalId) });
  },
});

async function made(dynamodb: DynamoDb, table: Table): Promise<CreatedResource> {
  const { arn } = await dynamodb.createTable(table);
  return { ref: table.TableName, attributes: { Arn: arn } };
}

/** Properties without effect: nothing is deleted, restored, encrypted or billed here, and no item expires. */
const inert = {
  DeletionProtectionEnabled: z.unknown().optional(),
  PointInTimeRecoverySpecification: z.unknown().optional(),
  SSESpecification: z.unknown().optional(),
  TableClass: z.unknown().optional(),
  Tags: z.unknown().optional(),
  TimeToLiveSpecification: z.unknown().optional(),
};

/** Returns the properties that have an effect. Refuses properties that are neither in `shape` nor inert. */
function withoutInert<Shape extends z.ZodRawShape>(shape: Shape, properties: unknown) {
  propertiesAs(z.strictObject({ ...shape, ...inert }), properties);
  return propertiesAs(z.object(shape), properties);
}

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const throughput = z.strictObject({ ReadCapacityUnits: z.number(), WriteCapacityUnits: z.number() });
const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
});

/** The properties that CreateTable accepts. */
const common = {
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  GlobalSecondaryIndexes: z.array(index.extend({ ProvisionedThroughput: throughput.optional() })).optional(),
  KeySchema: keySchema,
  LocalSecondaryIndexes: z.array(index).optional(),
  TableName: z.string().optional(),
};
const tableOnly = { ProvisionedThroughput: throughput.optional() };
/** A replica repeats the table's indexes and its inert settings. */
const globalTableOnly = {
  Replicas: z.array(z.strictObject({ Region: z.string(), GlobalSecondaryIndexes: z.unknown().optional(), ...inert })),
};
