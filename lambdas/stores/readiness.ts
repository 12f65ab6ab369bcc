import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ContactsConfirmed } from '../../domain/ready/account-lines.ts';
import type { LoadTest } from '../../domain/ready/load-line.ts';
import type { Readiness } from '../../domain/ready/readiness.ts';
import { contactsKey, type Key, loadTestKey, readyKey } from '../../domain/tables.ts';
import { readItem } from './read-item.ts';

/** Whether phases can be rolled back, by the newest check of each, in the state table. */
export type ReadinessStore = {
  /** Returns the newest check of the version that runs or was prepared last; undefined: there is none. */
  read(phase: number): Promise<Readiness | undefined>;
  /** Stores a check. `asked`: it is of another version, about which somebody asked. */
  put(readiness: Readiness, asked: boolean): Promise<void>;
};

export const readinessIn = (db: DynamoDBDocumentClient, table: string): ReadinessStore => ({
  read: async (phase) => {
    const found = await readItem(db, table, readyKey(phase));
    return found && (withoutKey(found) as unknown as Readiness);
  },
  put: async (readiness, asked) => {
    const { phase, version } = readiness;
    const key = readyKey(phase, asked ? (version ?? undefined) : undefined);
    await db.send(new PutCommand({ TableName: table, Item: { ...key, ...readiness } }));
  },
});

/** The newest confirmation of the contacts. */
export type Contacts = {
  read(): Promise<ContactsConfirmed | undefined>;
  put(confirmed: ContactsConfirmed): Promise<void>;
};

export const contactsIn = (db: DynamoDBDocumentClient, table: string): Contacts => ({
  read: async () => {
    const found = await readItem(db, table, contactsKey);
    return found && (withoutKey(found) as unknown as ContactsConfirmed);
  },
  put: async (confirmed) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...contactsKey, ...confirmed } }));
  },
});

/** The newest load test of each phase. */
export type LoadTests = {
  read(phase: number): Promise<LoadTest | undefined>;
  put(test: LoadTest): Promise<void>;
};

export const loadTestsIn = (db: DynamoDBDocumentClient, table: string): LoadTests => ({
  read: async (phase) => {
    const found = await readItem(db, table, loadTestKey(phase));
    return found && (withoutKey(found) as unknown as LoadTest);
  },
  put: async (test) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...loadTestKey(test.phase), ...test } }));
  },
});

const withoutKey = ({ pk, sk, ...item }: Readonly<Record<string, unknown>> & Partial<Key>) => item;
