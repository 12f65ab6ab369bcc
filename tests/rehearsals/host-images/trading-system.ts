import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Host, python } from '../../infra/host-scripts/host.ts';

export type Metrics = Readonly<Record<string, number>>;
export type Fault = { readonly phase: number; readonly trigger: string; readonly degradation?: number };
export type Answer = { readonly error?: string; readonly metrics?: { readonly 1: Metrics } };

const image = Date.parse('2026-01-05T09:00:00Z');

/** The process of one host, as the embedded account runs it; a tick every ten seconds. */
export function startTradingSystem(root: string) {
  const child = spawn(python, ['-ISB', join(root, 'bin/trading-system'), root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let ticks = 0;

  const say = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`);
    return String((await lines.next()).value);
  };
  const line = (fault: Fault | readonly Fault[] | null = null) => {
    ticks += 1;
    return say(JSON.stringify({ now: new Date(image + ticks * 10_000).toISOString(), fault }));
  };
  return {
    say,
    /** The answer as it was printed. */
    line,
    /** The metrics of Phase 1. */
    tick: async (fault: Fault | readonly Fault[] | null = null): Promise<Metrics> => {
      const answer: Answer = JSON.parse(await line(fault));
      if (!answer.metrics) throw new Error(answer.error);
      return answer.metrics[1];
    },
    stop: () => child.stdin.end(),
  };
}

/** One of the customer's scripts, run by hand in the tree. */
export function customerScript(host: Host, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(python, words, { cwd: host.tree, encoding: 'utf8' });
  return { code: status, found: stdout === '' ? null : JSON.parse(stdout), stderr };
}

export const healthCheck = (host: Host, mode: '--comprehensive' | '--quick') =>
  customerScript(host, 'scripts/health_check.py', mode);

/** What the system says to somebody who logs on. */
export const tradingStatus = (host: Host): Record<string, unknown> =>
  JSON.parse(spawnSync(join(host.root, 'bin/trading-status'), { encoding: 'utf8' }).stdout);

export const setSource = (host: Host, environment: 'local' | 'local-safety', value: string) =>
  host.write(
    `var/lib/appconfig/trading/${environment}/flags.json`,
    JSON.stringify({ data_source: { enabled: true, value } }),
  );
