import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sha256 } from './contents.ts';

/**
 * Returns everything in a folder by name, each name as its bytes in hex, because a name need not be text: kind, mode, time,
 * content, and which names are links of one file.
 */
export function fileLook(top: string): Record<string, string> {
  const found: [name: string, look: string, inode: number][] = [];
  const walk = (folder: Buffer, name: Buffer) => {
    for (const entry of readdirSync(folder, { encoding: 'buffer' })) {
      const path = Buffer.concat([folder, Buffer.from('/'), entry]);
      const inTop = Buffer.concat([name, Buffer.from('/'), entry]);
      const status = lstatSync(path);
      const { ino, mode, mtimeMs, size } = status;
      const bits = (mode & 0o7777).toString(8);
      const key = inTop.toString('hex');
      if (status.isDirectory()) {
        found.push([key, `folder ${bits}`, 0]);
        walk(path, inTop);
      } else if (status.isSymbolicLink()) {
        found.push([key, `link to ${readlinkSync(path, { encoding: 'buffer' }).toString('hex')}`, ino]);
      } else if (status.isFile()) {
        found.push([key, `file ${bits} ${mtimeMs} ${size} ${sha256(readFileSync(path))}`, ino]);
      } else found.push([key, `other ${mode}`, 0]);
    }
  };
  walk(Buffer.from(top), Buffer.alloc(0));
  const first = new Map<number, string>();
  for (const [name, , inode] of found.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    if (inode && !first.has(inode)) first.set(inode, name);
  return Object.fromEntries(
    found.map(([name, look, inode]) => [name, inode ? `${look} as ${first.get(inode)}` : look]),
  );
}

export const diskBytes = (path: string) => (lstatSync(path).blocks ?? 0) * 512;
