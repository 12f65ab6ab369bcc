import type { AlarmTransition } from '../../domain/alarm/alarm-event.ts';
import type { SecondWitness } from '../../domain/alarm/silence.ts';
import { contentHash } from '../../domain/content-hash.ts';
import type { Running } from '../../domain/witness/peers.ts';
import type { ManagedInstance } from '../../lambdas/clients/managed-instances.ts';
import { openRollback } from '../../lambdas/open-rollback/open-rollback.ts';
import { brakesHistoryIn } from '../../lambdas/stores/brakes-history.ts';
import { drillsIn } from '../../lambdas/stores/drills.ts';
import { attemptsIn } from '../../lambdas/stores/step-attempts.ts';
import { decidingStores, policy } from './deciding-stores.ts';
import { fleetStores } from './fleet-stores.ts';
import { scriptedHosts } from './scripted-hosts.ts';
import { emptyTables } from './tables.ts';

export const document = { mainSteps: ['clear'] };
export const host = (n: number, changes: Partial<ManagedInstance> = {}): ManagedInstance => ({
  instance_id: `i-${n}`,
  name: `host-${n}`,
  online: true,
  agent_version: '3.3.2746.0',
  ...changes,
});

export const arn = 'arn:aws:states:eu-west-1:000000000000:execution:rollback-test-phase-1:r-1';
export const opening = {
  execution: { id: arn, name: 'r-1', start_time: '2026-03-02T09:00:00.000Z', input: {} as unknown },
  phase: { number: 1, name: 'Databento Client' },
  target_version: 'v1',
  also_undone: [2, 3],
  restores: { paths: ['.'], by: ['restore-previous-version'] },
  fleet: 'trading',
  policy,
  documents: [{ name: 'rollback-test-clear', sha256: contentHash(document) }],
};

const changedAt = '2026-03-02T08:59:59.000+0000';
export const alarm = 'rollback-test-phase-1-data_corruption';
export const event = (timestamp = changedAt) => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:x'],
  detail: { alarmName: alarm, state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp } },
});

/** An alarm of phase 1 that is red. */
const redAlarm = (alarm: string): AlarmTransition => ({
  environment: 'test',
  phase: 1,
  trigger: 'data_corruption',
  alarm,
  state: 'ALARM',
  changed_at: '2026-03-02T08:40:00.000Z',
  reason: '',
  reason_data: null,
});

/** Execution r-1 of phase 1 that opens on a fleet of two hosts; a test changes what it finds. */
export async function anOpening() {
  const tables = await emptyTables();
  const { db } = tables;
  const scripted = scriptedHosts('2026-03-02T09:00:02.000Z');
  const one = {
    tables,
    stores: { ...decidingStores(db), ...fleetStores(db) },
    /** Status of every other execution. */
    status: 'RUNNING',
    /** Names of red alarms. */
    red: [] as string[],
    found: [host(1), host(2)],
    /** The document's content in the account. */
    stored: document as unknown,
    /** Facts beside a silent alarm. */
    witness: { unevaluated: [], newest: new Map(), hosts: [] } as SecondWitness,
    /** The time at which the hosts were last compared. */
    compared_at: '2026-03-02T08:59:00.000Z',
    /** Number of times that the hosts were listed. */
    listings: 0,
    /** Systems Manager; hosts are asked for their versions before a target is chosen. */
    scripted,
    open: (changes: Partial<typeof opening> & { input?: unknown } = {}) => {
      const { input = {}, ...rest } = changes;
      const execution = { ...(rest.execution ?? opening.execution), input };
      return openRollback({ ...one.stores, ...around }, { ...opening, ...rest, execution }, () => 45_000);
    },
    events: () => one.stores.history.events('r-1'),
    types: async () => (await one.events()).map(({ type }) => type),
  };
  const managedInstances = {
    hosts: async () => {
      one.listings += 1;
      return one.found;
    },
    document: async () => ({ version: '3', hash: 'abc', content: one.stored }),
  };
  const around = {
    managedInstances,
    running: async (): Promise<Running> => ({
      at: one.compared_at,
      commits: [{ commit: 'c1', version: 'v2', hosts: one.found.map(({ instance_id }) => instance_id) }],
    }),
    tag: { key: 'rollback-fleet', value: 'trading' },
    environment: 'test',
    phases: [1, 2],
    byPeople: brakesHistoryIn(db, 'history'),
    drills: drillsIn(db, 'state'),
    stopCommands: async () => {},
    statusOf: async () => one.status,
    secondWitness: async () => one.witness,
    alarms: { notOk: async () => one.red.map(redAlarm) },
    now: scripted.now,
    sleep: scripted.sleep,
    runCommand: scripted.runCommand,
    attempts: attemptsIn(db, 'state'),
  };
  return one;
}
