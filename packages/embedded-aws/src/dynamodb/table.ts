/** A table in the form of CreateTable. Other fields are passed on unchanged. */
export type Table = {
  readonly TableName: string;
  readonly KeySchema: KeySchema;
  readonly GlobalSecondaryIndexes?: Indexes | undefined;
  readonly LocalSecondaryIndexes?: Indexes | undefined;
};

type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: string }[];
type Indexes = readonly { readonly IndexName: string; readonly KeySchema: KeySchema }[];

/** Returns the partition key attribute of a table or of one of its indexes; undefined if there is no such table or index. */
export function partitionKeyOf(table: Table | undefined, indexName?: string): string | undefined {
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  const index = indexes.find(({ IndexName }) => IndexName === indexName);
  const keys = indexName === undefined ? table?.KeySchema : index?.KeySchema;
  return keys?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
}
