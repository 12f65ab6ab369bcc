import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { phasesOf, phaseWords } from '../../domain/phases.ts';
import { openKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from '../account/clients.ts';
import { readRecord } from '../account/read-history.ts';
import { showCommand } from './commands-to-paste.ts';

/**
 * Explains why a person's start does nothing yet: the live rollback of one of its phases waits for an operator
 * (lambdas/open-rollback/admission.ts). [] if it does not wait for that.
 */
export async function waitingForAHandOver(connection: Connection, record: RollbackRecord): Promise<string[]> {
  if (record.decided !== null || record.ending !== null || record.alarm !== null) return [];
  for (const phase of phasesOf(record)) {
    const other = await liveRollback(connection, phase);
    if (other && other.rollback_id !== record.rollback_id) {
      const lines = behindAHandOver(other, connection.name, `at ${record.deadline}, its limit`);
      if (lines.length > 0) return lines;
    }
  }
  return [];
}

/**
 * Returns what a start of the phase does while this live rollback asks an operator what next; [] if it does not ask that.
 * `gives_up`: when the start gives up, in words.
 */
export function behindAHandOver(other: RollbackRecord, environment: string, gives_up: string): string[] {
  const open = other.questions.find(({ outcome }) => outcome === null);
  if (open?.kind !== 'hand-over') return [];
  return [
    `This start has not begun and answers nothing: rollback ${other.rollback_id} of ${phaseWords(other)} stopped and waits for an operator until ${open.deadline}.`,
    `Once that is answered, this start joins it if it goes on. If it ends, this start takes the fleet as soon as it is free. It gives up ${gives_up}. See the other one, with its answers:`,
    `  ${showCommand(other.rollback_id, environment)}`,
  ];
}

async function liveRollback(connection: Connection, phase: number): Promise<RollbackRecord | undefined> {
  const get = { TableName: tableNames(connection.name).state, Key: openKey(phase), ConsistentRead: true };
  const { Item } = await connection.db.send(new GetCommand(get));
  return Item && readRecord(connection, String(Item['rollback']));
}
