import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../clock/clock.ts';
import type { Host } from '../ssm/host.ts';

export type HostFaults = {
  /** Resolves once it has happened. One that lasts is over after `seconds` of the account's clock, or with the account. */
  begin(host: Host, name: string, seconds?: number): Promise<void>;
  close(): void;
};

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * What can go wrong on a host beside the account: the image's `bin/mishap NAME`, run as a person on the host would.
 *
 * It says a line once it has happened. One that lasts (a lock that somebody holds) runs on until its standard input
 * ends, which it also does when the account dies.
 */
export function hostFaults(clock: Clock, toolbox: string): HostFaults {
  const lasting = new Set<Child>();
  const end = async (child: Child) => {
    const release = clock.hold();
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'close');
    release();
  };
  return {
    begin: async (host, name, seconds) => {
      const child = started(host, name, toolbox);
      await happened(child, `${name} on ${host.name}`);
      lasting.add(child);
      child.once('close', () => lasting.delete(child));
      if (seconds !== undefined) clock.at(clock.now() + seconds * 1000, () => void end(child));
    },
    close: () => {
      for (const child of lasting) child.kill('SIGKILL');
    },
  };
}

const started = (host: Host, name: string, toolbox: string): Child =>
  spawn(join(toolbox, 'python3'), ['-ISB', join(host.folder, 'bin/mishap'), name], {
    cwd: host.folder,
    env: { PATH: `${toolbox}:/usr/bin:/bin`, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

/** Waits for its line; one that ends without has failed, and says why on stderr. */
function happened(child: Child, what: string): Promise<void> {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${what} ended with ${code}: ${complaint.trim().slice(-500)}`)));
  });
}
