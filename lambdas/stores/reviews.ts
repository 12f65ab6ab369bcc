import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { OpenReview } from '../../domain/afterwards/review.ts';
import { reviewKey, reviewsOf } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';

/** The open reviews, for Reconcile. An item is deleted once its review is given; the history alone decides whether it is. */
export type Reviews = {
  /** Stores an open review unless it is stored already. */
  open(review: OpenReview): Promise<void>;
  /** Returns the open reviews with a deadline from an instant (ISO 8601) on, by deadline. */
  dueFrom(from: string): Promise<readonly OpenReview[]>;
  /** Returns the open review with the oldest deadline; undefined if no review is open. */
  oldest(): Promise<OpenReview | undefined>;
  /** Stores that people were called; does nothing if the review is no longer stored. */
  told(review: OpenReview, percent: number): Promise<void>;
  /** Removes an open review; does nothing if it is not stored. */
  close(review: Pick<OpenReview, 'due' | 'rollback'>): Promise<void>;
};

export function reviewsIn(db: DynamoDBDocumentClient, table: string): Reviews {
  const put = (review: OpenReview, ConditionExpression: string) =>
    putIf(db, {
      TableName: table,
      Item: { ...reviewKey(review.due, review.rollback), ...review },
      ConditionExpression,
    });
  const query = async (from: string, start?: Record<string, unknown>, Limit?: number) =>
    db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk >= :from',
        ExpressionAttributeValues: { ':pk': reviewsOf, ':from': from },
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
        ...(Limit ? { Limit } : {}),
      }),
    );
  return {
    open: async (review) => void (await put(review, 'attribute_not_exists(pk)')),
    dueFrom: async (from) => {
      const found: OpenReview[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await query(from, start);
        found.push(...(page.Items ?? []).map(reviewOf));
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    },
    oldest: async () => {
      const { Items: [oldest] = [] } = await query('0', undefined, 1);
      return oldest && reviewOf(oldest);
    },
    told: async (review, percent) => void (await put({ ...review, told: percent }, 'attribute_exists(pk)')),
    close: async ({ due, rollback }) => {
      await db.send(new DeleteCommand({ TableName: table, Key: reviewKey(due, rollback) }));
    },
  };
}

const reviewOf = ({ pk, sk, ...review }: Record<string, unknown>) => review as unknown as OpenReview;
