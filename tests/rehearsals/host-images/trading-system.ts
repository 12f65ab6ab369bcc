import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Host, python } from '../../infra/host-scripts/host.ts';

export type Metrics = Readonly<Record<string, number>>;
export type Fault = { readonly phase: number; readonly trigger: string; readonly degradation?: number };
export type Phase = 1 | 2 | 3 | 4;
type Answer = { readonly error?: string; readonly metrics?: Readonly<Record<Phase, Metrics>> };
type Struck = Fault | readonly Fault[] | null;

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
  const line = (fault: Struck = null) => {
    ticks += 1;
    return say(JSON.stringify({ now: new Date(image + ticks * 10_000).toISOString(), fault }));
  };
  const metrics = async (fault: Struck = null) => {
    const answer: Answer = JSON.parse(await line(fault));
    if (!answer.metrics) throw new Error(answer.error);
    return answer.metrics;
  };
  return {
    say,
    /** The answer as it was printed. */
    line,
    /** The metrics of a phase. */
    tick: async (fault: Struck = null, phase: Phase = 1): Promise<Metrics> => (await metrics(fault))[phase],
    /** Those of all phases. */
    metrics,
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
  setFlags(host, { data_source: value }, environment);

/** Sets flags beside those that are set already; false is a flag that is off. */
export function setFlags(
  host: Host,
  flags: Readonly<Record<string, string | false>>,
  environment: 'local' | 'local-safety' = 'local-safety',
): void {
  const file = `var/lib/appconfig/trading/${environment}/flags.json`;
  const before: object = existsSync(join(host.root, file)) ? JSON.parse(host.read(file)) : {};
  const entries = Object.entries(flags).map(([flag, value]) => [
    flag,
    value === false ? { enabled: false } : { enabled: true, value },
  ]);
  host.write(file, JSON.stringify({ ...before, ...Object.fromEntries(entries) }));
}
