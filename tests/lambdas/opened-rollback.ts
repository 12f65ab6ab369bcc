import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Happened } from '../../domain/history/event.ts';
import { frozenKey } from '../../domain/tables.ts';
import type { AwayHost, RollbackScope } from '../../lambdas/stores/rollback-scope.ts';
import { attemptsIn } from '../../lambdas/stores/step-attempts.ts';
import { decidingStores } from './deciding-stores.ts';
import { fleetStores } from './fleet-stores.ts';
import { scriptedHosts } from './scripted-hosts.ts';
import { emptyTables } from './tables.ts';

export const START = '2026-03-02T09:00:00.000Z';

export const rollback = {
  id: 'r-1',
  execution_arn: 'arn:aws:states:eu-west-1:000000000000:execution:rollback-test-phase-1:r-1',
  phase: 1,
  fleet: 'trading',
  alarm: null,
  deadline: '2026-03-02T10:00:00.000Z',
};

/** A step on hosts, as its machine passes it to a function. */
export const clearCache = {
  id: 'clear-cache',
  name: 'Clear cache',
  document: 'rollback-test-clear',
  timeout_seconds: 60,
  attempt_seconds: 150,
  parameters: { Step: 'clear-cache', Kind: 'step', Target: 'v1' },
};

export const opening: Happened = {
  id: 'rollback-opened',
  type: 'Rollback opened',
  at: START,
  detail: { phase: 1, start_time: START, execution_arn: rollback.execution_arn, severity: 'HIGH' },
};

export const instanceIds = (count: number) =>
  Array.from({ length: count }, (_, i) => `i-${String(i + 1).padStart(3, '0')}`);

/** Rollback r-1 of `hosts` hosts, opened and holding its fleet, with the dependencies of a step on hosts. */
export async function openedRollback(
  count: number,
  notOnline: readonly (string | Omit<AwayHost, 'instance_id'>)[] = [],
  onlyHosts: readonly string[] | null = null,
  stillAway: readonly string[] = [],
) {
  const tables = await emptyTables();
  const hosts = scriptedHosts(START);
  const deps = {
    ...decidingStores(tables.db),
    ...fleetStores(tables.db),
    attempts: attemptsIn(tables.db, 'state'),
    runCommand: hosts.runCommand,
    now: hosts.now,
    sleep: hosts.sleep,
  };
  const chain = await deps.history.append(rollback.id, opening);
  await deps.scopes.keep(rollback.id, {
    execution_arn: rollback.execution_arn,
    hosts: instanceIds(count).map((instance_id, i) => ({ instance_id, name: `host-${i + 1}` })),
    not_online: notOnline
      .map((host) => (typeof host === 'string' ? { name: host } : host))
      .map((host) => ({ instance_id: `i-${host.name}`, ...host })),
    still_away: stillAway.map((name) => ({ instance_id: `i-${name}`, name })),
    only_hosts: onlyHosts,
    steps: [],
    documents: {
      'rollback-test-clear': { version: '3', hash: 'abc' },
      'rollback-test-look': { version: '1', hash: 'def' },
    },
    deployment: null,
    window_start: '2026-03-02T08:00:00Z',
    deadline: rollback.deadline,
  });
  const lock = await deps.locks.take(
    rollback.fleet,
    { rollback: 'r-1', execution_arn: rollback.execution_arn, phase: 1 },
    START,
  );
  const events = () => deps.history.events(rollback.id);
  return { tables, hosts, deps, chain, fence: lock?.fence ?? 0, events };
}

/** Changes the frozen scope of rollback r-1. */
export async function rescoped(
  { tables, deps }: Awaited<ReturnType<typeof openedRollback>>,
  changes: Partial<RollbackScope>,
): Promise<void> {
  const Item = { ...frozenKey(rollback.id), ...(await deps.scopes.read(rollback.id)), ...changes };
  await tables.db.send(new PutCommand({ TableName: 'state', Item }));
}

type Deps = Awaited<ReturnType<typeof openedRollback>>['deps'];

/** Ends the rollback as a stop of its execution does. */
export const ended = ({ endings }: Pick<Deps, 'endings'>) =>
  endings.reach(rollback.id, { ending: 'Needs a person', problem: 'stopped', at: rollback.deadline });

/** Returns a sleep at whose end something else happens. It gets the length of the sleep. */
export const meanwhile =
  ({ sleep }: Pick<Deps, 'sleep'>, happens: (milliseconds: number) => Promise<unknown>): Deps['sleep'] =>
  async (milliseconds) => {
    await sleep(milliseconds);
    await happens(milliseconds);
  };
