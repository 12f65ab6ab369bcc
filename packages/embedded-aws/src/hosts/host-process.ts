import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Host } from '../ssm/host.ts';

/** What a host's program answers to a tick: metrics by the value of their dimension, or why there are none. */
export type TickAnswer =
  | { readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>> }
  | { readonly error: string };

/**
 * The program that runs on a host as long as the account does: a line in, a line out.
 *
 * Its standard input closes with the account, however the account ends, and then it ends by itself.
 */
export class HostProcess {
  readonly host: Host;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  #waiting: ((answer: TickAnswer) => void)[] = [];
  #ended: string | undefined;

  constructor(host: Host, command: string, toolbox: string) {
    this.host = host;
    this.#child = spawn(join(toolbox, 'python3'), ['-ISB', join(host.folder, command), host.folder], {
      cwd: host.folder,
      env: { PATH: `${toolbox}:/usr/bin:/bin`, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#lines.on('line', (line) => this.#waiting.shift()?.(answerIn(line)));
    this.#child.stdin.on('error', () => {}); // it ended in the middle of a line; `close` says so
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', (code, signal) => this.#end(`it ended with ${signal ?? `code ${code}`}`));
  }

  /** Tells the program a line and resolves with its answer; a program that has ended answers an error. */
  tell(line: unknown): Promise<TickAnswer> {
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
    for (const answer of this.#waiting.splice(0)) answer({ error: why });
  }
}

function answerIn(line: string): TickAnswer {
  try {
    return JSON.parse(line) as TickAnswer;
  } catch {
    return { error: `it answered no JSON: ${line.slice(0, 200)}` };
  }
}
