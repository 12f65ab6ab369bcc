import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { BrakeEvent } from '../domain/history/brake-event.ts';
import type { RollbackEvent } from '../domain/history/event.ts';
import type { RollbackRecord } from '../domain/history/record.ts';
import { rollingMachines } from '../domain/phases.ts';
import { brakesChain, eventsOf } from '../domain/tables.ts';
import type { Execution, PublishedMessage } from '../rehearsals/account.ts';
import type { AccountEvent, Reach } from '../rehearsals/reach.ts';
import type { GivenRequest } from '../rehearsals/request.ts';
import type { Story } from '../rehearsals/story.ts';

export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };
export type Status = Readonly<Record<string, unknown>>;

/** One rollback: its execution with everything that is stored about it. */
export type Rollback = {
  readonly id: string;
  readonly phase: number;
  /** Undefined: the record is of an execution that the account does not list. */
  readonly execution: Execution | undefined;
  readonly record: RollbackRecord | undefined;
  /** The record as stored, with the attributes of the indexes. */
  readonly stored: Item | undefined;
  readonly events: readonly RollbackEvent[];
  /** The messages about it that the topic accepted. */
  readonly messages: readonly PublishedMessage[];
};

/** The state after a good ending, at whose beginning the hosts' statuses are read. */
export const statusesReadAt = 'Send rollback complete';

/** Everything that an incident left in the account, and everything that happened in it. */
export type Evidence = {
  readonly story: Story;
  /** The incident's 0s and its end, in milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly executions: readonly Execution[];
  readonly rollbacks: readonly Rollback[];
  readonly state: readonly Item[];
  readonly history: readonly Item[];
  readonly messages: readonly PublishedMessage[];
  /** Every event of the account since its opening. */
  readonly happened: readonly AccountEvent[];
  readonly requests: readonly GivenRequest[];
  /** The status of each host at the end. */
  readonly hosts: Readonly<Record<string, Status>>;
  /** The status of each host at the instant at which an execution entered `statusesReadAt`, by the execution's ARN. */
  readonly hostsAt: ReadonlyMap<string, Readonly<Record<string, Status>>>;
};

/** Reads all items of a table. */
async function itemsOf(reach: Reach, TableName: string): Promise<Item[]> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(reach.clientOf('judge')));
  const items: Item[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await db.send(new ScanCommand({ TableName, ...(from ? { ExclusiveStartKey: from } : {}) }));
    items.push(...((page.Items ?? []) as Item[]));
    from = page.LastEvaluatedKey;
  } while (from);
  const key = ({ pk, sk }: Item) => `${pk} ${sk}`;
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Reads the two tables of an environment. */
export const readTables = async (reach: Reach, environment: string) => ({
  state: await itemsOf(reach, `rollback-${environment}-state`),
  history: await itemsOf(reach, `rollback-${environment}-history`),
});

const rolling = new RegExp(`:rollback-[^:]+-${rollingMachines}:`);
/** Returns the history of the brakes. */
export const brakeEventsIn = ({ history }: Pick<Evidence, 'history'>): BrakeEvent[] =>
  history
    .filter(({ pk }) => pk === eventsOf(brakesChain))
    .map(({ pk: _, sk: __, ...event }) => event as unknown as BrakeEvent);

/** Joins executions, items and messages by rollback, in the order of the executions' start. */
export function rollbacksIn(
  executions: readonly Execution[],
  history: readonly Item[],
  messages: readonly PublishedMessage[],
): Rollback[] {
  const own = executions.filter(({ arn }) => rolling.test(arn));
  const idOf = (arn: string) => arn.split(':').at(-1) ?? '';
  const recorded = history.filter(({ sk }) => sk === 'RECORD').map(({ pk }) => pk.slice('RECORD#'.length));
  const ids = new Set([...own.map(({ arn }) => idOf(arn)), ...recorded]);
  return [...ids].map((id) => {
    const execution = own.find(({ arn }) => idOf(arn) === id);
    const stored = history.find(({ pk }) => pk === `RECORD#${id}`);
    const record = stored as unknown as RollbackRecord | undefined;
    return {
      id,
      phase: record?.phase ?? Number(/-phase-(\d+):/.exec(execution?.arn ?? '')?.[1]),
      execution,
      record,
      stored,
      events: history.filter(({ pk }) => pk === `EVENT#${id}`) as unknown as RollbackEvent[],
      messages: messages.filter(({ attributes }) => attributes['rollback'] === id),
    };
  });
}
