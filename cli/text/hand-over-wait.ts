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
    const open = other?.questions.find(({ outcome }) => outcome === null);
    if (other && open?.kind === 'hand-over' && other.rollback_id !== record.rollback_id)
      return [
        `This start has not begun: rollback ${other.rollback_id} of ${phaseWords(other)} stopped and waits for an operator until ${open.deadline}.`,
        `Once that is answered, this start joins it if it goes on, and begins if it ends. It gives up at ${record.deadline}, its limit. See the other one, with its answers:`,
        `  ${showCommand(other.rollback_id, connection.name)}`,
      ];
  }
  return [];
}

async function liveRollback(connection: Connection, phase: number): Promise<RollbackRecord | undefined> {
  const get = { TableName: tableNames(connection.name).state, Key: openKey(phase), ConsistentRead: true };
  const { Item } = await connection.db.send(new GetCommand(get));
  return Item && readRecord(connection, String(Item['rollback']));
}
