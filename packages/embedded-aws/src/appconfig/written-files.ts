import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathInside } from '../wire/path-inside.ts';
import type { AgentFile } from './host-agent.ts';

/** Brings the agent's files on a host up to date. Each write is atomic: a reader sees the old or the new file. */
export function writeAgentFiles(files: readonly AgentFile[], folder: string): void {
  for (const { path, content } of files) {
    const file = pathInside(join(folder, 'var/lib/appconfig'), path);
    if (!content) rmSync(file, { force: true });
    else if (!contentOf(file)?.equals(content)) replace(file, content);
  }
}

function replace(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
