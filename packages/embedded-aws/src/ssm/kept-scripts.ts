import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns a function that stores the script of a command as a file of a folder, and returns the file's path. */
export function keptIn(folder: string): (commandId: string, text: string) => string {
  mkdirSync(folder, { recursive: true });
  return (commandId, text) => {
    const file = join(folder, `${commandId}.sh`);
    writeFileSync(file, text);
    return file;
  };
}
