import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { OpenReview } from '../../domain/afterwards/review.ts';
import { counted } from '../../domain/counted.ts';
import { followUpOf, relapseIn } from '../../domain/follow-up/follow-up.ts';
import type { DueTask } from '../../domain/follow-up/tasks.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { LaterRollback } from '../../domain/page/after-the-end.ts';
import { dueTasksOf, reviewsOf, tableNames } from '../../domain/tables.ts';
import type { Tables } from './clients.ts';
import { readEvents } from './read-history.ts';
import { readLater } from './read-page.ts';

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

/** A rollback after whose end the system was not well again. `later`: the newest rollback of the phase since; null: none is known. */
export type Relapse = {
  readonly kind: 'relapsed';
  readonly rollback: string;
  readonly phase: number;
  readonly due: null;
  readonly says: string;
  readonly later: LaterRollback | null;
};

/** Reads the relapses after the rollbacks whose follow-up has open tasks. One that a later rollback has mended is none. */
export async function readRelapses(connection: Tables, due: readonly DueWork[]): Promise<Relapse[]> {
  const followed = due.filter(({ kind }) => kind === 'tasks');
  const found = await Promise.all(followed.map(({ rollback, phase }) => relapseOf(connection, rollback, phase)));
  return found.filter((one) => one !== undefined);
}

async function relapseOf(connection: Tables, rollback: string, phase: number): Promise<Relapse | undefined> {
  const events = await readEvents(connection, rollback);
  const relapse = relapseIn(followUpOf(events));
  if (!relapse) return undefined;
  const read = await readLater(connection, recordOf(events));
  const later = (read.state === 'complete' ? read.value[0] : undefined) ?? null;
  if (later?.ending === 'Rolled back') return undefined;
  const says = `not well ${counted(relapse.hours, 'hour')} after its end: ${relapse.says[0] ?? relapse.state}`.replace(
    /\.$/,
    '',
  );
  return { kind: 'relapsed', rollback, phase, due: null, says, later };
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
