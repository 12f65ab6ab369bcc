import type { Connection } from '../account/clients.ts';
import { fleetHolder, phaseRollback } from '../account/live-rollbacks.ts';
import { showCommand } from './commands-to-paste.ts';

/**
 * Returns what another rollback means for one that was just started: it joins the open one of its phase, or waits for the
 * one that holds the fleet. A failure to read never disturbs the start, so it returns no lines then.
 */
export const otherRollback = (connection: Connection, phase: number, started: string): Promise<string[]> =>
  readOther(connection, phase, started).catch(() => []);

async function readOther(connection: Connection, phase: number, started: string): Promise<string[]> {
  const open = await phaseRollback(connection, phase);
  if (open !== undefined && open !== started)
    return [
      `Rollback ${open} of phase ${phase} is open already: this start joins it, and answers rollback if it asks a question. See it:`,
      `  ${showCommand(open, connection.name)}`,
    ];
  const holder = await fleetHolder(connection);
  if (!holder || holder.rollback === started) return [];
  return [
    `Rollback ${holder.rollback} of phase ${holder.phase} holds fleet ${connection.environment.fleet.name}: this start waits until the fleet is free, or ends at its limit. See the holder:`,
    `  ${showCommand(holder.rollback, connection.name)}`,
  ];
}
