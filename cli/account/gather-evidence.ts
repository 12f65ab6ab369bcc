import { type Gathered, partValue } from '../../domain/evidence/gathered.ts';
import type { Connected } from './clients.ts';
import { readConsistent } from './read-consistent.ts';
import { readEvidence } from './read-evidence.ts';

/**
 * Reads everything about a rollback; undefined if there is no such rollback. A running rollback may write between the reads of
 * its tables, so it is read again until its history is whole.
 */
export async function gatherEvidence(connection: Connected, id: string): Promise<Gathered | undefined> {
  const first = await readEvidence(connection, id);
  if (!first || first.history.whole) return first;
  // If the execution may not be read, the history is read once: the reader then says that it is not whole.
  const isRunning = async () => partValue(first.execution)?.status === 'RUNNING';
  return readConsistent(async () => (await readEvidence(connection, id)) ?? first, isRunning);
}
