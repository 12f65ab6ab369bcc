import type { Preparation } from '../prepare/preparation.ts';

/**
 * Returns the version of a phase whose rollback matters now: the newest that was prepared, or the one that was deployed since, whose
 * preparation may be older than one that was given up, or missing. null: there is neither.
 */
export function ownVersion(
  preparations: readonly Pick<Preparation, 'version' | 'begun_at'>[],
  deployed: { readonly version: string; readonly at: string } | null | undefined,
): string | null {
  const [newest] = preparations.toSorted((a, b) => Date.parse(b.begun_at) - Date.parse(a.begun_at));
  if (!newest) return deployed?.version ?? null;
  return deployed && Date.parse(deployed.at) > Date.parse(newest.begun_at) ? deployed.version : newest.version;
}
