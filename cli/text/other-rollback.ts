import { includesPhases, type OfPhases, phaseWords } from '../../domain/phases.ts';
import type { Connection } from '../account/clients.ts';
import { fleetHolder, type OpenRollback, phaseRollback } from '../account/live-rollbacks.ts';
import { readRecord } from '../account/read-history.ts';
import { showCommand } from './commands-to-paste.ts';
import { behindAHandOver } from './hand-over-wait.ts';

/**
 * Returns what another rollback means for one that was just started: it joins the open one of its phases, waits until
 * that one's hand-over is answered, or waits for the one that holds the fleet. A failure to read never disturbs the start, so it returns no lines then.
 */
export const otherRollback = (connection: Connection, phases: OfPhases, started: string): Promise<string[]> =>
  readOther(connection, phases, started).catch(() => []);

async function readOther(connection: Connection, phases: OfPhases, started: string): Promise<string[]> {
  const open = await phaseRollback(connection, phases.phase);
  if (open && open.rollback !== started && includesPhases(open, phases)) {
    const record = await readRecord(connection, open.rollback);
    const behind = record ? behindAHandOver(record, connection.name, 'at its own limit') : [];
    return behind.length > 0 ? behind : joins(connection, open);
  }
  const holder = await fleetHolder(connection);
  if (!holder || holder.rollback === started) return [];
  return [
    `Rollback ${holder.rollback} of ${phaseWords(holder)} holds fleet ${connection.environment.fleet.name}: this start waits until the fleet is free, or ends at its limit. See the holder:`,
    `  ${showCommand(holder.rollback, connection.name)}`,
  ];
}

const joins = (connection: Connection, open: OpenRollback): string[] => [
  `Rollback ${open.rollback} of ${phaseWords(open)} is open already: this start joins it, and answers rollback if it asks a question. See it:`,
  `  ${showCommand(open.rollback, connection.name)}`,
];
