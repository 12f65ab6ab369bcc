import type { Quarantine } from '../data/host-state.ts';
import { Exit, sha256 } from '../data/python.ts';
import type { Call } from './script-call.ts';

// infra/host-scripts/shared/quarantine.py, export

/** Exports lines in the first attempt; a later attempt gets the first export. */
export function exportOnce(
  { host }: Call,
  quarantine: Quarantine,
  { name, lines, items }: { name: string; lines: readonly string[]; items: readonly unknown[] },
): NonNullable<Quarantine['exported']> {
  if (quarantine.exported) return quarantine.exported;
  if (host.diskFull)
    throw new Exit(
      lines.length > 0
        ? `${name} cannot be exported: No space left on device; nothing was removed. Check the disk, then retry`
        : `${name} does not read back as written; nothing was removed. Check the disk, then retry`,
    );
  quarantine.exported = { count: lines.length, sha256: lines.length > 0 ? sha256(lines.join('')) : null, items };
  return quarantine.exported;
}

export const wouldExport = (lines: readonly string[]) => ({
  count: lines.length,
  bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
});
