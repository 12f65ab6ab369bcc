import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A version of the sample trading system. */
export type Release = {
  readonly version: string;
  readonly tags: readonly string[];
  /** The id of its commit in git. */
  readonly commit: string;
  /** The content of every file, by path. */
  readonly files: ReadonlyMap<string, string>;
};

/** The versions of the host image's program `build` (VERSIONS): version, tag of a phase, date, message. */
const versions = [
  ['v1.0.0', 'pre-phase1-stable', '2025-05-05T12:00:00Z', 'Trades from Databento, flow by v1.0'],
  ['v1.1.0', 'phase2-rollback', '2025-05-19T12:00:00Z', 'Stream trades; bring the v3.0 flow along, unused'],
  ['v1.2.0', 'pre-phase3', '2025-06-02T12:00:00Z', 'Phase 2: flow by v3.0'],
  ['v1.3.0', 'pre-phase4', '2025-06-16T12:00:00Z', 'Phase 3: A/B testing of v1.0 and v3.0'],
  ['v1.3.1', null, '2025-06-23T12:00:00Z', 'Phase 4: success metrics, websocket backfill, budget dashboard'],
  ['v1.4.0', null, '2025-06-30T12:00:00Z', 'Phase 1: the whole order book from Databento'],
] as const;
const author = 'Trading System <trading@example.com>';

const read = new Map<string, readonly Release[]>();

/** Returns all versions of an image, oldest first. */
export function releasesOf(image: string): readonly Release[] {
  const known = read.get(image) ?? readReleases(image);
  read.set(image, known);
  return known;
}

function readReleases(image: string): Release[] {
  const files = new Map<string, string>();
  let parent: string | undefined;
  return versions.map(([version, tag, date, message]) => {
    const folder = join(image, 'history', version);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        files.set(path.slice(folder.length + 1), readFileSync(path, 'utf8'));
      }
    const commit = commitOf(treeOf(files), parent, `${author} ${Date.parse(date) / 1000} +0000`, message);
    parent = commit;
    return { version, tags: tag ? [tag, version] : [version], commit, files: new Map(files) };
  });
}

function commitOf(tree: string, parent: string | undefined, by: string, message: string): string {
  const parents = parent === undefined ? '' : `parent ${parent}\n`;
  return objectId('commit', Buffer.from(`tree ${tree}\n${parents}author ${by}\ncommitter ${by}\n\n${message}\n`));
}

/** Returns the id of a folder's tree. Git sorts a folder as if its name ended in a slash. */
function treeOf(files: ReadonlyMap<string, string>): string {
  const folders = new Map<string, Map<string, string>>();
  const entries: { sort: string; bytes: Buffer }[] = [];
  const add = (mode: string, name: string, id: string, sort: string) =>
    entries.push({ sort, bytes: Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]) });
  for (const [path, content] of files) {
    const [name = '', ...rest] = path.split('/');
    if (rest.length === 0) add('100644', name, objectId('blob', Buffer.from(content)), name);
    else {
      const folder = folders.get(name) ?? new Map<string, string>();
      folders.set(name, folder.set(rest.join('/'), content));
    }
  }
  for (const [name, inner] of folders) add('40000', name, treeOf(inner), `${name}/`);
  entries.sort((a, b) => (a.sort < b.sort ? -1 : 1));
  return objectId('tree', Buffer.concat(entries.map(({ bytes }) => bytes)));
}

const objectId = (kind: string, content: Buffer): string =>
  createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex');
