import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Host } from '../ssm/host.ts';
import type { HostProgram, TickResponse } from './computers.ts';

/**
 * The program that runs on a host as long as the account. It prints one line per line that it reads.
 *
 * Its standard input closes when the account ends, even if the account is killed. Then the program ends by itself.
 */
export class HostProcess implements HostProgram {
  readonly host: Host;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  #waiting: ((response: TickResponse) => void)[] = [];
  #ended: string | undefined;

  constructor(host: Host, command: string, toolbox: string) {
    this.host = host;
    this.#child = spawn(join(toolbox, 'python3'), ['-ISB', join(host.folder, command), host.folder], {
      cwd: host.folder,
      env: { PATH: `${toolbox}:/usr/bin:/bin`, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#lines.on('line', (line) => this.#waiting.shift()?.(parsed(line)));
    this.#child.stdin.on('error', () => {}); // it ended while it was sent a line; `close` reports that
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', (code, signal) => this.#end(`it ended with ${signal ?? `code ${code}`}`));
  }

  /** Sends the program a line and resolves with its response; with an error if the program has ended. */
  send(line: unknown): Promise<TickResponse> {
    if (this.#ended) return Promise.resolve({ error: this.#ended });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(line)}\n`);
    });
  }

  close(): void {
    this.#lines.close();
    this.#child.kill('SIGKILL');
  }

  #end(why: string): void {
    this.#ended = why;
    for (const respond of this.#waiting.splice(0)) respond({ error: why });
  }
}

function parsed(line: string): TickResponse {
  try {
    return JSON.parse(line) as TickResponse;
  } catch {
    return { error: `its line is not JSON: ${line.slice(0, 200)}` };
  }
}
