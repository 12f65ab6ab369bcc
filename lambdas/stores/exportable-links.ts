import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Link } from '../../domain/history/link.ts';
import { linkKey, linksOf, monthsOf } from '../../domain/tables.ts';
import type { ExportCursor } from './export-cursor.ts';

/** The chain of links, as the export reads it. */
export type ExportableLinks = {
  /** Returns the links of the cursor's month behind the cursor, at most so many. */
  after(cursor: ExportCursor, most: number): Promise<readonly Link[]>;
  /** Returns the next month that has links; undefined if there is none. */
  monthAfter(month: string): Promise<string | undefined>;
};

export function exportableLinksIn(db: DynamoDBDocumentClient, TableName: string): ExportableLinks {
  const query = async (pk: string, after: string, Limit: number) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': pk, ':after': after },
        Limit,
        ConsistentRead: true,
      }),
    );
    return Items;
  };
  return {
    after: async ({ month, sequence }, most) =>
      (await query(linksOf(month), linkKey(month, sequence).sk, most)).map(
        ({ pk: _, sk: __, ...link }) => link as unknown as Link,
      ),
    monthAfter: async (month) => {
      const [next] = await query(monthsOf, month, 1);
      return next && String(next['sk']);
    },
  };
}
