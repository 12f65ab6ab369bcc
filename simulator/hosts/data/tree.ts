import type { Files } from './files.ts';
import { Exit } from './python.ts';
import type { Release } from './releases.ts';

/** The git tree of a host: its files, the version that is checked out, and the files that git tracks. */
export class Tree {
  readonly files: Files;
  readonly tags = new Map<string, Release>();
  head: Release;
  branch: string | null = 'main';
  /** The name under which git last moved the tree; null: nobody has. */
  movedBy: string | null = null;
  #tracked: Set<string>;
  readonly #releases: readonly Release[];

  constructor(files: Files, releases: readonly Release[]) {
    const newest = releases.at(-1);
    if (!newest) throw new Error('The image has no version.');
    this.files = files;
    this.#releases = releases;
    this.head = newest;
    this.#tracked = new Set(newest.files.keys());
    for (const release of releases) for (const tag of release.tags) this.tags.set(tag, release);
    for (const [path, content] of newest.files) files.write(path, content);
  }

  /** Returns the content of .git/HEAD. */
  get headText(): string {
    return this.branch === null ? this.head.commit : `ref: refs/heads/${this.branch}`;
  }

  /** Returns the place of a version among all, which follow one another. */
  position(release: Release): number {
    return this.#releases.indexOf(release);
  }

  commitOf(tag: string): Release {
    const release = this.tags.get(tag);
    if (!release) throw new Exit(`There is no tag ${tag} in the tree; nothing was touched. Fetch the tag, then retry`);
    return release;
  }

  /** Returns the version in the customer's own tags (shared/git_tree.py, version). */
  describe(): string {
    const names = [...this.tags]
      .filter(([tag, release]) => release === this.head && !tag.startsWith('rollback/'))
      .map(([name]) => name);
    return names.toSorted()[0] ?? this.head.commit.slice(0, 7);
  }

  /** Returns files that differ from a version, and tracked files that the version does not have. */
  changed({ files }: Release, paths: readonly string[]): string[] {
    const modified = [...files].filter(([path, content]) => within(path, paths) && this.files.read(path) !== content);
    const added = [...this.#tracked].filter((path) => within(path, paths) && !files.has(path) && this.files.has(path));
    return [...modified.map(([path]) => path).toSorted(), ...added.toSorted()];
  }

  /** Returns files that git neither tracks nor ignores. */
  untracked(paths: readonly string[]): string[] {
    return this.files
      .paths()
      .filter((path) => within(path, paths) && !this.#tracked.has(path) && !/^outputs\/|__pycache__\//.test(path));
  }

  /** Checks out a version: all of it, or some paths of it. */
  checkOut(release: Release, paths: readonly string[], by = 'rollback'): void {
    for (const path of [...this.#tracked])
      if (within(path, paths) && !release.files.has(path)) {
        this.files.remove(path);
        this.#tracked.delete(path);
      }
    for (const [path, content] of release.files)
      if (within(path, paths)) {
        if (this.files.read(path) !== content) this.files.write(path, content);
        this.#tracked.add(path);
      }
    if (paths.includes('.')) {
      this.head = release;
      this.branch = null;
      this.movedBy = by;
    }
  }
}

/** Returns whether a path is one of these or below one of them; `.` is the whole tree. */
export const within = (path: string, paths: readonly string[]): boolean =>
  paths.some((one) => one === '.' || path === one || path.startsWith(`${one}/`));
