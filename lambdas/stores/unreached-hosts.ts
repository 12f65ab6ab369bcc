import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SkippedStep } from '../../domain/history/skipped-steps.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import type { Severity } from '../../domain/severity.ts';
import { skippedKey, skippedPrefix, unreachedKey, unreachedOf } from '../../domain/tables.ts';
import type { ChosenTarget } from '../../domain/target/chosen-target.ts';
import { queryItems } from './query-items.ts';

/** A host that is owed a rollback: it was not online in Systems Manager, or a person left it out. */
export type UnreachedHost = Host & {
  readonly phase: number;
  readonly rollback: string;
  /** ISO 8601: when that rollback ended. */
  readonly since: string;
  /** ISO 8601: the instant from which the host's rows are suspect; the rows of the other hosts are sound again. */
  readonly window_start: string;
  /** The commit to which that rollback restored the other hosts. Absent: it restored no code. */
  readonly target_commit?: string;
  /** The version to which that rollback restored the other hosts. Absent: an earlier version of the product stored the host. */
  readonly target?: Pick<ChosenTarget, 'version' | 'deployed_as'>;
  /** The severity of that rollback; the rollback that completes it takes the same severity. */
  readonly severity: Severity;
  /** A person left the host out of that rollback, so only a person rolls it back. Absent: it could not be reached. */
  readonly left_out?: true;
};

/** A step that people skipped on every host, and that no later rollback has done. */
export type OwedStep = SkippedStep & {
  readonly rollback: string;
  /** ISO 8601: when that rollback ended. */
  readonly since: string;
};

/** The hosts that are rolled back when they return. */
export type Unreached = {
  all(): Promise<readonly UnreachedHost[]>;
  keep(host: UnreachedHost): Promise<void>;
  /** Removes a host; does nothing for a host that is not stored. */
  forget(phase: number, instanceId: string): Promise<void>;
  /** Returns the steps that people skipped on every host, one per phase. */
  skipped(): Promise<readonly OwedStep[]>;
  keepSkipped(step: OwedStep): Promise<void>;
  forgetSkipped(step: Pick<OwedStep, 'phase'>): Promise<void>;
};

export const unreachedIn = (db: DynamoDBDocumentClient, table: string): Unreached => ({
  all: async () =>
    (await queryItems(db, table, unreachedOf)).flatMap(({ pk, sk, ...host }) =>
      String(sk).startsWith(skippedPrefix) ? [] : [host as unknown as UnreachedHost],
    ),
  keep: async (host) => {
    await db.send(
      new PutCommand({ TableName: table, Item: { ...unreachedKey(host.phase, host.instance_id), ...host } }),
    );
  },
  forget: async (phase, instanceId) => {
    await db.send(new DeleteCommand({ TableName: table, Key: unreachedKey(phase, instanceId) }));
  },
  skipped: async () =>
    (await queryItems(db, table, unreachedOf, skippedPrefix)).map(({ pk, sk, ...step }) => step as unknown as OwedStep),
  keepSkipped: async (step) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...skippedKey(step.phase), ...step } }));
  },
  forgetSkipped: async ({ phase }) => {
    await db.send(new DeleteCommand({ TableName: table, Key: skippedKey(phase) }));
  },
});
