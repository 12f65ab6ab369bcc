import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { OpenReview } from '../../domain/afterwards/review.ts';
import type { DueTask } from '../../domain/follow-up/tasks.ts';
import { dueTasksOf, reviewsOf, tableNames } from '../../domain/tables.ts';
import type { Tables } from './clients.ts';

/** Work that waits for people after the end of a rollback. `due`: ISO 8601, the earliest. */
export type DueWork = {
  readonly kind: 'review' | 'tasks';
  readonly rollback: string;
  readonly phase: number;
  readonly due: string;
  readonly count: number;
};

/** Reads the reviews and the follow-ups' tasks that nobody has done, by due time. One entry per rollback and kind. */
export async function readDue(connection: Tables): Promise<DueWork[]> {
  const [reviews, tasks] = await Promise.all([
    itemsOf<OpenReview>(connection, reviewsOf),
    itemsOf<DueTask>(connection, dueTasksOf),
  ]);
  const ofRollbacks = [...Map.groupBy(tasks, ({ rollback }) => rollback).values()];
  return [
    ...reviews.map(({ rollback, phase, due }) => ({ kind: 'review' as const, rollback, phase, due, count: 1 })),
    ...ofRollbacks.flatMap((all) => {
      const [first] = all; // the partition is in the order of due times
      return first
        ? [{ kind: 'tasks' as const, rollback: first.rollback, phase: first.phase, due: first.due, count: all.length }]
        : [];
    }),
  ].toSorted((one, other) => one.due.localeCompare(other.due));
}

async function itemsOf<Item>({ db, name }: Tables, pk: string): Promise<Item[]> {
  const input = {
    TableName: tableNames(name).state,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  };
  const found: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db }, input)) found.push(...(Items as Item[]));
  return found;
}
