import { sha256 } from './python.ts';

/** A file's content. Bytes that are no text are latin1 characters. */
export type File = { text: string; readonly binary: boolean };

/** The files of a folder, by their paths in it. */
export class Files {
  readonly #files = new Map<string, File>();
  /** The sorted paths below folders, until a file is added or removed: every tick lists a few folders. */
  readonly #listed = new Map<string, readonly string[]>();
  /** Changes whenever a file outside of `outputs/` does. */
  version = 0;

  read(path: string): string | undefined {
    return this.#files.get(path)?.text;
  }

  file(path: string): File | undefined {
    return this.#files.get(path);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Writes a file in place: it stays the same file. */
  write(path: string, text: string, binary = false): void {
    const file = this.#files.get(path);
    if (file) file.text = text;
    else {
      this.#files.set(path, { text, binary });
      this.#listed.clear();
    }
    this.#changed(path);
  }

  append(path: string, text: string, binary = false): void {
    this.write(path, (this.read(path) ?? '') + text, binary);
  }

  remove(path: string): void {
    if (this.#files.delete(path)) this.#listed.clear();
    this.#changed(path);
  }

  /** Returns the paths of all files, sorted; those below a folder if it is given. */
  paths(folder?: string): readonly string[] {
    const beginning = folder === undefined ? '' : `${folder}/`;
    const found =
      this.#listed.get(beginning) ?? [...this.#files.keys()].filter((path) => path.startsWith(beginning)).toSorted();
    this.#listed.set(beginning, found);
    return found;
  }

  /** Returns the names in a folder, of files and folders, sorted. */
  listed(folder: string): string[] {
    const names = this.paths(folder).map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
    return [...new Set(names)];
  }

  hasFolder(folder: string): boolean {
    return this.paths(folder).length > 0;
  }

  bytes(path: string): Buffer {
    const file = this.#files.get(path);
    return Buffer.from(file?.text ?? '', file?.binary ? 'latin1' : 'utf8');
  }

  digest(path: string): string {
    return sha256(this.bytes(path));
  }

  #changed(path: string): void {
    if (!path.startsWith('outputs/')) this.version += 1;
  }
}
