import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Key, openKey, openOnHostsKey, openPrefix } from '../../domain/tables.ts';
import { type AlarmClaims, alarmClaimsIn, type Claim } from './alarm-claims.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';
import { readItem } from './read-item.ts';

export type { Claim } from './alarm-claims.ts';

/** The live rollbacks of a phase. */
export type OpenClaims = {
  /** The rollback of the whole fleet, which alarms join. */
  readonly whole: Claim | undefined;
  /** Rollbacks of a few hosts, and rollbacks of several phases that wait for that rollback (`only_hosts` null). */
  readonly onHosts: readonly (Claim & { readonly only_hosts: readonly string[] | null })[];
  /** Rollbacks without any other claim that Reconcile watches: not admitted yet, or ended with nobody told so far. */
  readonly watched: readonly Claim[];
};

/**
 * Claims that only one rollback can have: on a change of an alarm's state, and on a phase while the rollback is live.
 */
export type Claims = AlarmClaims & {
  /** Claims a phase, and returns the claim of its live rollback: another's, if one is live already. */
  claimPhase(phase: number, by: Claim): Promise<Claim>;
  /** Returns the claim of a phase's live rollback, if there is one. */
  phaseClaim(phase: number): Promise<Claim | undefined>;
  /**
   * Stores that a rollback of a few hosts is live, or one of several phases beside the phase's own (`onlyHosts` null). Any
   * number may be: it takes the phase's claim from nobody.
   */
  claimHosts(phase: number, by: Claim, onlyHosts: readonly string[] | null): Promise<void>;
  /**
   * Turns a rollback's claim on its phase into one on a few of its hosts: from then on alarms do not join it. Repeating it is
   * harmless. The phase is never without a claim meanwhile.
   */
  narrow(phase: number, by: Claim, onlyHosts: readonly string[]): Promise<void>;
  /**
   * Has Reconcile watch a rollback that has no other claim on the phase: once its execution has ended, Reconcile ends the
   * rollback and tells people, and the claim goes with that.
   */
  watch(phase: number, by: Claim): Promise<void>;
  /** Ends that; does nothing to another claim of the same rollback. */
  unwatch(phase: number, rollback: string): Promise<void>;
  /** Returns all live rollbacks of a phase, and those that Reconcile watches. */
  openOn(phase: number): Promise<OpenClaims>;
  /** Removes a rollback's claim on a phase, or on a few of its hosts; does nothing to the claims of others. */
  releasePhase(phase: number, rollback: string): Promise<void>;
};

export function claimsIn(db: DynamoDBDocumentClient, table: string): Claims {
  const read = async (key: Key) => (await readItem(db, table, key)) as Claim | undefined;
  /** Put-if-absent: of any number of claimants exactly one is first. */
  const claim = async (key: Key, by: Claim): Promise<Claim> => {
    if (await putIf(db, { TableName: table, Item: { ...by, ...key }, ConditionExpression: 'attribute_not_exists(pk)' }))
      return by;
    return (await read(key)) ?? by;
  };
  /** Deletes an item whose attribute has this value; false: it has another one, or there is no such item. */
  const deleteIf = (key: Key, name: string, value: unknown): Promise<boolean> =>
    conditionHolds(
      db.send(
        new DeleteCommand({
          TableName: table,
          Key: key,
          ConditionExpression: '#name = :value',
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
        }),
      ),
    );
  const release = (key: Key, rollback: string) => deleteIf(key, 'rollback', rollback);
  const claimHosts: Claims['claimHosts'] = async (phase, by, only_hosts) => {
    const Item = { ...by, ...openOnHostsKey(phase, by.rollback), only_hosts };
    await db.send(new PutCommand({ TableName: table, Item }));
  };
  return {
    ...alarmClaimsIn(db, table),
    claimPhase: (phase, by) => claim(openKey(phase), by),
    phaseClaim: (phase) => read(openKey(phase)),
    claimHosts,
    narrow: async (phase, by, only_hosts) => {
      await claimHosts(phase, by, only_hosts);
      await release(openKey(phase), by.rollback);
    },
    watch: async (phase, by) => {
      const Item = { ...by, ...openOnHostsKey(phase, by.rollback), watched: true };
      await db.send(new PutCommand({ TableName: table, Item }));
    },
    unwatch: async (phase, rollback) => {
      await deleteIf(openOnHostsKey(phase, rollback), 'watched', true);
    },
    openOn: async (phase) => {
      const claimed = await queryItems(db, table, openKey(phase).pk, openPrefix);
      const whole = claimed.find(({ sk }) => sk === openKey(phase).sk) as Claim | undefined;
      const beside = claimed.filter(({ sk }) => sk !== openKey(phase).sk);
      const [watched, onHosts] = [true, false].map((is) => beside.filter((one) => (one['watched'] === true) === is));
      return { whole, onHosts, watched } as unknown as OpenClaims;
    },
    releasePhase: async (phase, rollback) => {
      if (await release(openKey(phase), rollback)) return;
      await db.send(new DeleteCommand({ TableName: table, Key: openOnHostsKey(phase, rollback) }));
    },
  };
}
