import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Brakes, brakesIn, brakesOf, countsForBudget } from '../../domain/brakes/brakes.ts';
import type { BegunRollback } from '../../domain/brakes/host-cap.ts';
import { afterSessionTime, beforeSessionTime } from '../../domain/calendar/sessions.ts';
import { queueOrder, type Waiter } from '../../domain/decision/fleet-queue.ts';
import type { DeployedBy } from '../../domain/deployed-by.ts';
import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import { principalsOfBrakes } from '../../domain/history/verify-brakes.ts';
import { type HalfRolledBack, stillHalf } from '../../domain/message/half-rolled-back.ts';
import { lowestOf } from '../../domain/phases.ts';
import type { Preparation } from '../../domain/prepare/preparation.ts';
import type { Readiness } from '../../domain/ready/readiness.ts';
import {
  beganPrefix,
  deployedPrefix,
  halfPrefix,
  lockKey,
  pauseKey,
  phaseOf,
  preparedPrefix,
  readyKey,
  tableNames,
  truthKey,
  unreachedOf,
} from '../../domain/tables.ts';
import type { DeployedVersion as RecordedVersion } from '../../domain/target/replaced-version.ts';
import type { FleetTruth } from '../../domain/truth/fleet-truth.ts';
import { type Calendar, readCalendarOf } from './calendar.ts';
import type { Connected, Tables } from './clients.ts';

/** The present state of an environment, part by part. Each function reads one part, and none depends on another. */

export type BudgetOfPhase = {
  readonly phase: number;
  /** Rollbacks that count now, of so many in 24 hours. */
  readonly spent: number;
  readonly budget: number;
  /** ISO 8601; null: the budget was never reset. */
  readonly reset_at: string | null;
  /** ISO 8601; null: no cool-down holds. */
  readonly cool_down_until: string | null;
};
export type FleetStatus = {
  readonly fleet: string;
  readonly holder:
    | (Readonly<Record<'rollback' | 'taken_at' | 'execution_arn', string>> & {
        readonly phase: number;
        readonly phases?: readonly number[];
        readonly touched: boolean;
      })
    | null;
  readonly waiters: readonly Pick<Waiter, 'rollback' | 'phase' | 'phases' | 'severity' | 'opened' | 'part' | 'until'>[];
  /** The rollbacks that stopped half way, whose fleet was released, and whose work no other has finished. */
  readonly half: readonly HalfRolledBack[];
};

export type AlarmStatus = { readonly alarm: string; readonly state: string; readonly since: string | null };
export type DeployedVersion = DeployedBy & {
  readonly phase: number;
  readonly version: string | null;
  readonly at: string | null;
  /** It was deployed despite a freeze. */
  readonly frozen: boolean;
  /** Names of the canary group, which alone got it. Absent: every host did. */
  readonly hosts?: readonly string[];
};
/** The newest version of a phase whose watch window passed without red and that no rollback undid; null: none is known. */
export type VerifiedVersion = { readonly phase: number; readonly version: string | null; readonly at: string | null };
export type OwedHost = {
  readonly phase: number;
  readonly name: string;
  readonly rollback: string;
  /** When that rollback ended, ISO 8601. */
  readonly since: string;
  /** A person left it out; false: it could not be reached. */
  readonly left_out: boolean;
  /** The step that people skipped, on every host. Absent: the host is owed the whole rollback. */
  readonly step?: string;
};

/** The newest preparation of a phase. */
export type PreparedVersion = Pick<Preparation, 'phase' | 'version' | 'state' | 'begun_at' | 'prepared_at'> & {
  /** Hosts that are prepared. */
  readonly hosts: number;
};

const dayMilliseconds = 24 * 3600_000;

type Below = {
  readonly from?: string;
  readonly to?: string;
  /** Reads only so many, the greatest sort keys first. */
  readonly newest?: number;
};

/** Returns the state table's items of a partition: all of them, or the newest, which must fit one page. */
export async function itemsBelow({ db, name }: Tables, pk: string, { from = '', to, newest }: Below = {}) {
  const query = {
    TableName: tableNames(name).state,
    KeyConditionExpression: to === undefined ? 'pk = :pk' : 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ...(to === undefined ? {} : { ':from': from, ':to': to }) },
    ConsistentRead: true,
  };
  if (newest !== undefined)
    return (await db.send(new QueryCommand({ ...query, Limit: newest, ScanIndexForward: false }))).Items ?? [];
  const items: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) items.push(...Items);
  return items;
}

export const readBrakes = async (connection: Tables): Promise<Brakes> =>
  brakesIn(await itemsBelow(connection, pauseKey.pk));

/** The brakes, with the verified person of each execution that set one; null: the history could not be read. */
export type BrakesWithPersons = Brakes & { readonly persons: Readonly<Record<string, string>> | null };

/** Reads the brakes, also while the history is down: what holds now is in the state table alone. `events`: the history of the brakes. */
export async function readBrakesWithPersons(
  connection: Connected,
  events: Promise<readonly BrakeEvent[]>,
): Promise<BrakesWithPersons> {
  const [brakes, persons] = await Promise.all([
    readBrakes(connection),
    events.then(
      (events) => Object.fromEntries(principalsOfBrakes(events)),
      () => null,
    ),
  ]);
  return { ...brakes, persons };
}

export async function readBudgets(connection: Connected, phases: readonly number[], now: number) {
  const [brakes, calendar] = await Promise.all([readBrakes(connection), readCalendarOf(connection.environment, now)]);
  return Promise.all(phases.map((phase) => budgetOf(connection, { ...brakes, calendar }, { phase, now })));
}

/** Counts as the decision does (lambdas/operations/read-situation.ts), for an alarm that turns red now. */
async function budgetOf(
  connection: Connected,
  { calendar, ...brakes }: Brakes & { readonly calendar: Calendar },
  { phase, now }: { readonly phase: number; readonly now: number },
): Promise<BudgetOfPhase> {
  const { budget, cool_down } = connection.environment.brakes;
  const { armed_at } = brakesOf(brakes, phase);
  const aDayBefore = now - dayMilliseconds;
  const sessions = calendar.of(phase);
  const cooling = beforeSessionTime(sessions, now, cool_down * 1000);
  const from = `${beganPrefix}${new Date(cooling - dayMilliseconds).toISOString()}`;
  const to = `${beganPrefix}${new Date(now).toISOString()}~`;
  const began = await itemsBelow(connection, phaseOf(phase), { from, to });
  const ends = began.flatMap(({ ended_at }) => (typeof ended_at === 'string' ? [Date.parse(ended_at)] : []));
  const until = afterSessionTime(sessions, Math.max(0, ...ends), cool_down * 1000);
  return {
    phase,
    spent: (began as unknown as readonly BegunRollback[]).filter(countsForBudget(aDayBefore, armed_at)).length,
    budget,
    reset_at: armed_at,
    cool_down_until: until > now ? new Date(until).toISOString() : null,
  };
}

/** `events`: the history of the brakes. While it cannot be read, every half rolled back fleet is shown. */
export async function readFleet(connection: Connected, events: Promise<readonly BrakeEvent[]>): Promise<FleetStatus> {
  const fleet = connection.environment.fleet.name;
  const key = lockKey(fleet);
  const items = await itemsBelow(connection, key.pk);
  const holder = items.find(({ sk }) => sk === key.sk);
  const waiters = items.filter(({ sk }) => String(sk).startsWith('WAITER#')) as unknown as Waiter[];
  const half = items.filter(({ sk }) => String(sk).startsWith(halfPrefix)) as unknown as HalfRolledBack[];
  return {
    fleet,
    half: stillHalf(half, await events.catch(() => [])),
    holder: (holder as FleetStatus['holder'] | undefined) ?? null,
    waiters: waiters.toSorted(queueOrder).map(({ rollback, phase, phases, severity, opened, part, until }) => ({
      rollback,
      ...lowestOf({ phase, phases }),
      severity,
      opened,
      part,
      until,
    })),
  };
}

/** Returns every alarm of the environment that is not OK: those of its phases and those on the product. */
export async function readAlarms({ name, settings }: Connected): Promise<AlarmStatus[]> {
  const { CloudWatchClient, paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
  const found: AlarmStatus[] = [];
  const client = new CloudWatchClient(settings);
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: `rollback-${name}-` },
  ))
    for (const { AlarmName: alarm = '', StateValue: state = 'unknown', ...more } of MetricAlarms) {
      const since = more.StateTransitionedTimestamp ?? more.StateUpdatedTimestamp;
      if (state !== 'OK') found.push({ alarm, state, since: since?.toISOString() ?? null });
    }
  return found;
}

/** A phase is deployed a few times per day, so this is a week and more. */
const mostDeployments = 50;

/** A record of a deployment; `withdrawn`: the person who took it back, when and why. */
type DeploymentRecord = RecordedVersion & {
  readonly withdrawn?: Readonly<Record<'operator' | 'reason' | 'at', string>>;
};

/** Returns the newest records of deployments of a phase with what was found out about each, the newest first. */
export async function deploymentRecords(connection: Tables, phase: number): Promise<DeploymentRecord[]> {
  const below = { from: deployedPrefix, to: `${deployedPrefix}~`, newest: mostDeployments };
  return (await itemsBelow(connection, phaseOf(phase), below)) as unknown as DeploymentRecord[];
}

/** Returns the same without records that a person took back. */
export const recentDeployments = async (connection: Tables, phase: number): Promise<RecordedVersion[]> =>
  (await deploymentRecords(connection, phase)).filter(({ withdrawn }) => !withdrawn);

export const readVerified = (connection: Connected, phases: readonly number[]): Promise<VerifiedVersion[]> =>
  Promise.all(
    phases.map(async (phase) => {
      // A version that never left the canary group was not the fleet's.
      const verified = ({ watched, rolled_back, hosts }: RecordedVersion) =>
        watched?.verified && !rolled_back && !hosts;
      const { version = null, at = null } = (await recentDeployments(connection, phase)).find(verified) ?? {};
      return { phase, version, at };
    }),
  );

type StoredOwed = Omit<OwedHost, 'left_out'> & { readonly left_out?: true };

/** Reads the hosts that a rollback of their phase left behind, and the steps that people skipped, as far as no later one has done them. */
export const readOwedHosts = async (connection: Connected): Promise<OwedHost[]> =>
  ((await itemsBelow(connection, unreachedOf)) as unknown as StoredOwed[]).map(
    ({ phase, name = 'every host', step, rollback, since, left_out = false }) => ({
      ...{ phase, name, rollback, since, left_out },
      ...(step === undefined ? {} : { step }),
    }),
  );

type Recorded = DeployedBy & Pick<RecordedVersion, 'version' | 'at' | 'hosts'>;

export const readDeployments = (connection: Connected, phases: readonly number[]): Promise<DeployedVersion[]> =>
  Promise.all(
    phases.map(async (phase) => {
      const [newest] = await recentDeployments(connection, phase);
      if (!newest) return { phase, version: null, at: null, frozen: false };
      const { version, at, hosts, author, approver } = newest as unknown as Recorded;
      const people = { ...(author ? { author } : {}), ...(approver ? { approver } : {}) };
      return { phase, version, at, frozen: 'frozen' in newest, ...(hosts ? { hosts } : {}), ...people };
    }),
  );

/** `asked_about`: somebody asked about another version than the one that runs or was prepared last. */
export type ShownReadiness = Readiness & { readonly asked_about?: true };

/** Returns the newest check of readiness of each phase that was checked, and newer ones of other versions. */
export async function readReadiness(connection: Connected, phases: readonly number[]): Promise<ShownReadiness[]> {
  const found = async (phase: number): Promise<ShownReadiness[]> => {
    const { pk, sk: ownKey } = readyKey(phase);
    const all = (await itemsBelow(connection, pk, { from: ownKey, to: `${ownKey}#~` })).map(
      ({ pk: _, sk, ...readiness }) => ({ sk, readiness: readiness as unknown as Readiness }),
    );
    const own = all.flatMap(({ sk, readiness }) => (sk === ownKey ? [readiness] : []));
    const others = all.flatMap(({ sk, readiness }) => (sk === ownKey ? [] : [readiness]));
    const newer = others.filter(({ at }) => at > (own[0]?.at ?? ''));
    return [...own, ...newer.map((one) => ({ ...one, asked_about: true as const }))];
  };
  return (await Promise.all(phases.map(found))).flat();
}

/** Returns what is known of the hosts; undefined: they were never compared. */
export async function readFleetTruth(connection: Connected): Promise<FleetTruth | undefined> {
  const [found] = await itemsBelow(connection, truthKey.pk, { from: truthKey.sk, to: truthKey.sk });
  return found as unknown as FleetTruth | undefined;
}

/** Returns the newest preparation of each phase that has one. */
export async function readPreparations(connection: Connected, phases: readonly number[]): Promise<PreparedVersion[]> {
  const below = { from: preparedPrefix, to: `${preparedPrefix}~` };
  const all = await Promise.all(phases.map((phase) => itemsBelow(connection, phaseOf(phase), below)));
  return all.flatMap((items) => {
    const [newest] = (items as unknown as Preparation[]).toSorted((a, b) => (a.begun_at < b.begun_at ? 1 : -1));
    if (!newest) return [];
    const { phase, version, state, begun_at, prepared_at, hosts } = newest;
    return [{ phase, version, state, begun_at, ...(prepared_at ? { prepared_at } : {}), hosts: hosts.length }];
  });
}
