import { sha256 } from '../data/python.ts';
import { type Call, quarantineOf } from './script-call.ts';

// infra/host-scripts/shared/files.py

/** Notes the files that the first attempt found in a folder, before it does anything. */
export function findFiles(call: Call, folder: string): readonly string[] {
  const quarantine = quarantineOf(call);
  quarantine.names ??= call.host.files.paths(folder);
  return quarantine.names;
}

/** Moves the files that the first attempt found. Files that changed since their copy stay. */
export function moveFiles(call: Call, folder: string): object {
  const { files } = call.host;
  const { copies } = quarantineOf(call);
  let left = 0;
  for (const from of findFiles(call, folder)) {
    if (!files.has(from)) continue;
    const bytes = files.bytes(from);
    const kept = copies.find((copy) => copy.from === from);
    if (kept && kept.sha256 !== sha256(bytes)) {
      left += 1;
      continue;
    }
    if (!kept) copies.push({ from, bytes, sha256: sha256(bytes) });
    files.remove(from);
  }
  const named = copies.map((copy) => ({ name: copy.from.slice(folder.length + 1), ...copy }));
  const lines = named.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, sha256 }) => `${name} ${sha256}\n`);
  const bytes = copies.reduce((sum, copy) => sum + copy.bytes.length, 0);
  return { moved: copies.length, bytes, sha256: sha256(lines.join('')), ...(left ? { left } : {}) };
}

export const wouldMove = ({ host: { files } }: Call, folder: string) => {
  const paths = files.paths(folder);
  return { count: paths.length, bytes: paths.reduce((sum, path) => sum + files.bytes(path).length, 0) };
};
