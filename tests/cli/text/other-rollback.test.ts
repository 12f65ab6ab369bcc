import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../../cli/account/clients.ts';
import { liveRollbacks } from '../../../cli/account/live-rollbacks.ts';
import { otherRollback } from '../../../cli/text/other-rollback.ts';
import { readEnvironment } from '../../../config/environments.ts';
import type { Severity } from '../../../domain/severity.ts';
import { lockKey, openKey, openOnHostsKey, recordKey, tableNames } from '../../../domain/tables.ts';
import { emptyTables } from '../../lambdas/tables.ts';

let connection: Connection;
const { state, history } = tableNames('staging');
beforeEach(async () => {
  const { db } = await emptyTables([state, history]);
  const environment = readEnvironment('staging');
  connection = { name: 'staging', environment, stepFunctions: undefined as never, db, arnOf: (machine) => machine };
});

const put = (table: string, item: object) => connection.db.send(new PutCommand({ TableName: table, Item: item }));
const open = (phase: number, rollback: string) => put(state, { ...openKey(phase), rollback });
const openOnHosts = (phase: number, rollback: string) => put(state, { ...openOnHostsKey(phase, rollback), rollback });
const fleet = () => connection.environment.fleet.name;
const holds = (phase: number, rollback: string) => put(state, { ...lockKey(fleet()), rollback, phase });
type About = { minute?: number; ending?: string; asks?: boolean };
const record = (id: string, severity: Severity, { minute = 0, ending, asks = false }: About = {}) =>
  put(history, {
    ...recordKey(id),
    rollback_id: id,
    severity,
    start_time: `2026-03-02T09:${String(minute).padStart(2, '0')}:00.000Z`,
    ending: ending ?? null,
    questions: asks ? [{ number: 1, outcome: null }] : [],
  });

describe('a start', () => {
  test('of a free fleet has nothing to report', async () => {
    expect(await otherRollback(connection, { phase: 1 }, 'r-9')).toEqual([]);
  });

  test('reports the open rollback of its phase that it joins, with the command that shows it', async () => {
    await open(1, 'r-1');
    await holds(1, 'r-1');
    expect(await otherRollback(connection, { phase: 1 }, 'r-9')).toEqual([
      'Rollback r-1 of phase 1 is open already: this start joins it, and answers rollback if it asks a question. See it:',
      '  npm run rollback -- show r-1 --environment staging',
    ]);
  });

  test('waits, and answers nothing, while the open rollback of its phase asks an operator what next', async () => {
    await open(1, 'r-1');
    await holds(1, 'r-1');
    const question = { number: 1, kind: 'hand-over', outcome: null, deadline: '2026-03-02T09:30:00.000Z' };
    await put(history, { ...recordKey('r-1'), rollback_id: 'r-1', phase: 1, questions: [question] });
    expect(await otherRollback(connection, { phase: 1 }, 'r-9')).toEqual([
      'This start has not begun and answers nothing: rollback r-1 of phase 1 stopped and waits for an operator until 2026-03-02T09:30:00.000Z.',
      'Once that is answered, this start joins it if it goes on. If it ends, this start takes the fleet as soon as it is free. It gives up at its own limit. See the other one, with its answers:',
      '  npm run rollback -- show r-1 --environment staging',
    ]);
  });

  test('reports the holder of the fleet for which it waits, with the command that shows it', async () => {
    await open(2, 'r-2');
    await holds(2, 'r-2');
    expect(await otherRollback(connection, { phase: 1 }, 'r-9')).toEqual([
      `Rollback r-2 of phase 2 holds fleet ${fleet()}: this start waits until the fleet is free, or ends at its limit. See the holder:`,
      '  npm run rollback -- show r-2 --environment staging',
    ]);
  });
});

test('a start that has the phase and the fleet already, or whose account cannot be read, has nothing to report', async () => {
  await open(1, 'r-9');
  await holds(1, 'r-9');
  expect(await otherRollback(connection, { phase: 1 }, 'r-9')).toEqual([]);
  expect(await otherRollback({ ...connection, name: 'no-such-table' }, { phase: 1 }, 'r-9')).toEqual([]);
});

describe('the live rollbacks', () => {
  const live = async () => (await liveRollbacks(connection, [1, 2, 3, 4])).map(({ rollback_id }) => rollback_id);

  test('are none if nothing is open, however many have ended', async () => {
    await record('r-0', 'CRITICAL', { ending: 'Rolled back' });
    expect(await live()).toEqual([]);
  });

  test('are the open ones of phases and of a few hosts, and the one that still holds the fleet, each once', async () => {
    await record('r-1', 'HIGH', { minute: 1 });
    await record('r-2', 'HIGH', { minute: 2 });
    await record('r-3', 'HIGH', { minute: 3, ending: 'Needs a person' });
    await open(1, 'r-1');
    await openOnHosts(3, 'r-2');
    await holds(4, 'r-3');
    expect((await live()).toSorted()).toEqual(['r-1', 'r-2', 'r-3']);
    await holds(1, 'r-1');
    expect((await live()).toSorted()).toEqual(['r-1', 'r-2']);
  });

  test('begin with the worst severity, then with one that needs a person, then with the oldest', async () => {
    await record('medium-asks', 'MEDIUM', { asks: true });
    await record('critical-young', 'CRITICAL', { minute: 5 });
    await record('critical-old', 'CRITICAL', { minute: 4 });
    await record('critical-asks', 'CRITICAL', { minute: 6, asks: true });
    for (const id of ['medium-asks', 'critical-young', 'critical-old', 'critical-asks']) await openOnHosts(1, id);
    expect(await live()).toEqual(['critical-asks', 'critical-old', 'critical-young', 'medium-asks']);
  });
});
