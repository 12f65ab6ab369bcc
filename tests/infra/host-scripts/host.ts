import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { inject } from 'vitest';
import { type Environment, type Outcome, runPrestarted } from './prestarted.ts';

export type { Environment, Outcome } from './prestarted.ts';

const scripts = resolve(import.meta.dirname, '../../../infra/host-scripts');
const imageBuild = resolve(import.meta.dirname, '../../../rehearsals/host-images/trading/build');

/** Python without shims or installed packages, as on a host: those would take longer to start than the script. */
export const python = join(inject('toolbox'), 'python3');

export const now = '2026-01-05T09:00:00Z';

export interface Verdict {
  readonly verdict: string;
  readonly reason?: string;
  readonly report?: Record<string, unknown>;
}

/** A host's root folder, and the operations that tests do on it. */
export class Host {
  readonly root = mkdtempSync(join(tmpdir(), 'host-'));
  readonly state = join(this.root, 'var/lib/rollback');
  readonly tree = join(this.root, 'opt/trading');
  python = python;

  /** Starts the wrapper as the SSM agent would. Relative paths start at the root folder. */
  start(script: string, env: Environment = {}) {
    const child = spawn(this.python, [join(scripts, 'wrapper.py'), resolve(scripts, script)], {
      cwd: this.root,
      env: { ...step, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const outcome = new Promise<Outcome>((done) => {
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (data) => {
        stdout += data;
      });
      child.stderr.on('data', (data) => {
        stderr += data;
      });
      child.on('close', (code) => done({ code, stdout, stderr }));
    });
    return { pid: child.pid ?? 0, outcome };
  }

  /** Runs the wrapper to its end, as `start` does but without starting Python for it. */
  run(script: string, env: Environment = {}): Promise<Outcome> {
    return this.begin(script, env).outcome;
  }

  begin(script: string, env: Environment = {}) {
    return runPrestarted(this.python, {
      script: resolve(scripts, script),
      folder: this.root,
      environment: { ...step, ...env },
    });
  }

  async verdict(script: string, env: Environment = {}): Promise<Verdict> {
    const { stdout } = await this.run(script, env);
    return JSON.parse(stdout);
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.tree, encoding: 'utf8', env: gitEnvironment }).trim();
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string): string {
    const absolute = join(this.root, path);
    if (absolute.startsWith(this.state)) makeStateFolder(this.state);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    return absolute;
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

/** Makes the state folder as the wrapper does: nobody else may read or write there. */
export function makeStateFolder(state: string): void {
  mkdirSync(dirname(state), { recursive: true });
  mkdirSync(state, { recursive: true, mode: 0o700 });
}

const step: Environment = {
  PATH: '/usr/bin:/bin',
  SSM_RollbackId: 'r-1',
  SSM_Step: 'the-step',
  SSM_Fence: '7',
  SSM_Mode: 'live',
  SSM_Kind: 'step',
  SSM_Tree: 'opt/trading',
  SSM_State: 'var/lib/rollback',
};

/** Settings of the person who made the tree: a name, and nothing that starts more processes or writes more files. */
const gitSettings = {
  'user.name': 'Ana',
  'user.email': 'ana@example.com',
  'maintenance.auto': 'false',
  'init.templateDir': '',
};

const gitEnvironment: NodeJS.ProcessEnv = {
  PATH: '/usr/bin:/bin',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: String(Object.keys(gitSettings).length),
  ...Object.fromEntries(
    Object.entries(gitSettings).flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ),
};

/** Builds the trading image once and copies it for each host. */
export function tradingImage() {
  const built = mkdtempSync(join(tmpdir(), 'image-'));
  execFileSync(python, [imageBuild, join(built, 'root'), now]);
  return {
    host: (): Host => {
      const host = new Host();
      cpSync(join(built, 'root'), host.root, { recursive: true });
      return host;
    },
    remove: () => rmSync(built, { recursive: true }),
  };
}
