import type { ResumeDeps } from './resuming.ts';

/**
 * Returns why trading must not resume now: a rollback holds the fleet, so trading would run on code that is being replaced under it.
 * undefined: none does. A rollback that only waits or asks holds no fleet.
 */
export async function besideARollback({ holder }: Pick<ResumeDeps, 'holder'>): Promise<string | undefined> {
  const found = await holder();
  return (
    found &&
    `Trading stays halted: rollback ${found.rollback} holds the fleet and may replace the code under it. Ask again after its end; \`rollback show ${found.rollback}\` says what it waits for.`
  );
}
