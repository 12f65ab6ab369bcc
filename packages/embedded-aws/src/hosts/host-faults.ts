import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../clock/clock.ts';
import type { Host } from '../ssm/host.ts';

/** A fault by its name in the image, and a word that says more: the version of `deploy`. */
export type HostFault = { readonly name: string; readonly with?: string | undefined };

export type HostFaults = {
  /** Begins a fault. Resolves when it has occurred. A lasting fault ends after `seconds` of the account's clock, or with the account. */
  begin(host: Host, fault: HostFault, seconds?: number): Promise<void>;
  /** Ends the lasting faults of a host, as a reboot does. */
  endOn(host: Host): Promise<void>;
  close(): void;
};

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Makes the faults that occur on a host outside of AWS: the image's `bin/mishap NAME`, run as a person on the host would.
 *
 * The program prints a line when the fault has occurred. A lasting fault, such as a held lock, continues until the
 * program's standard input ends. That also happens when the account dies.
 */
export function hostFaults(clock: Clock, toolbox: string): HostFaults {
  /** The programs of lasting faults, with the hosts that they run on. */
  const lasting = new Map<Child, Host>();
  const end = async (child: Child) => {
    const release = clock.hold();
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'close');
    release();
  };
  return {
    begin: async (host, fault, seconds) => {
      const child = started(host, fault, toolbox);
      await occurred(child, `${fault.name} on ${host.name}`);
      if (child.exitCode === null) lasting.set(child, host);
      child.once('close', () => lasting.delete(child));
      if (seconds !== undefined) clock.at(clock.now() + seconds * 1000, () => void end(child));
    },
    endOn: async ({ instanceId }) => {
      for (const [child, host] of lasting) if (host.instanceId === instanceId) await end(child);
    },
    close: () => {
      for (const child of lasting.keys()) child.kill('SIGKILL');
    },
  };
}

const started = (host: Host, { name, with: more }: HostFault, toolbox: string): Child =>
  spawn(join(toolbox, 'python3'), ['-ISB', join(host.folder, 'bin/mishap'), name, ...(more ? [more] : [])], {
    cwd: host.folder,
    env: { PATH: `${toolbox}:/usr/bin:/bin`, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

/** Waits for the program's line. A program that ends without one has failed; its stderr has the reason. */
function occurred(child: Child, what: string): Promise<void> {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${what} ended with ${code}: ${stderr.trim().slice(-500)}`)));
  });
}
