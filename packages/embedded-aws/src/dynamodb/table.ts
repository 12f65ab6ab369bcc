/** A table as CreateTable takes it; what else it has is passed on as it is. */
export type Table = {
  readonly TableName: string;
  readonly KeySchema: KeySchema;
  readonly GlobalSecondaryIndexes?: Indexes | undefined;
  readonly LocalSecondaryIndexes?: Indexes | undefined;
};

type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: string }[];
type Indexes = readonly { readonly IndexName: string; readonly KeySchema: KeySchema }[];

/** The partition key attribute of a table or of one of its indexes; undefined when there is no such thing. */
export function partitionKeyOf(table: Table | undefined, indexName?: string): string | undefined {
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  const index = indexes.find(({ IndexName }) => IndexName === indexName);
  const keys = indexName === undefined ? table?.KeySchema : index?.KeySchema;
  return keys?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
}
