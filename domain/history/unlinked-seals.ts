import { type ExportedRollback, type ExportKey, mostLinksAtOnce, readExportText, rollbackExportKey } from './export.ts';
import type { Followed, Link } from './link.ts';
import type { Verdict } from './verify.ts';

/** A seal, as a link or the key of an exported object names it. */
type Seal = Pick<Extract<ExportKey, { kind: 'rollback' }>, 'month' | 'count' | 'head'>;

type Copied = {
  readonly rollback: string;
  /** The exported objects of the rollback, one per seal. */
  readonly seals: readonly Extract<ExportKey, { kind: 'rollback' }>[];
  /** The links in the same copy that seal the rollback. */
  readonly links: readonly Seal[];
  /** The newest link of the copy. */
  readonly newest: Followed;
  readonly now: number;
  readonly text: (key: string) => Promise<string>;
};

/** Reconcile exports every minute, and one run times out after 50 s: a seal's link follows its rollback within this time. */
const lagMilliseconds = 3 * 60_000;

/**
 * Finds the exported seals of a rollback that no link of the same copy confirms.
 *
 * The exporter writes some rollbacks, then one object with their links. So a copy that was made in between may lack the
 * links of the last minutes, and only those at the end of the chain; they are noted. Any other link was deleted.
 */
export async function unlinkedSeals({ rollback, seals, links, newest, now, text }: Copied): Promise<Verdict> {
  const findings: Verdict['findings'][number][] = [];
  const notes: string[] = [];
  for (const seal of seals) {
    if (links.some((link) => isSame(link, seal))) continue;
    const key = rollbackExportKey(seal);
    const link = await linkIn(key, text);
    if (link && newest && follows(link, newest) && Math.abs(now - Date.parse(link.at)) < lagMilliseconds)
      notes.push(`${rollback}: the link of its seal ${seal.count} is not exported yet. Download the export again`);
    else
      findings.push({
        rollback,
        says: `DELETED: no link of ${rollback}'s seal ${seal.count} is in the export, although ${key} is. If the download ran during an export, download it again`,
      });
  }
  return { findings, notes };
}

const isSame = (a: Seal, b: Seal) => a.month === b.month && a.count === b.count && a.head === b.head;

/** Whether a link belongs to the next object that the exporter writes. It leaves a month only after its closing link. */
const follows = ({ month, sequence }: Link, newest: NonNullable<Followed>): boolean =>
  month === newest.month
    ? sequence > newest.sequence && sequence <= newest.sequence + mostLinksAtOnce
    : newest.closed && month > newest.month && sequence <= mostLinksAtOnce;

/** Returns the link in an exported rollback; undefined for an object that cannot be read, which is reported elsewhere. */
async function linkIn(key: string, text: (key: string) => Promise<string>): Promise<Link | undefined> {
  try {
    return readExportText<ExportedRollback>(await text(key)).link;
  } catch {
    return undefined;
  }
}
