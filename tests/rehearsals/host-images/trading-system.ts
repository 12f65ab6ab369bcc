import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Host, python } from '../../infra/host-scripts/host.ts';

export type Metrics = Readonly<Record<string, number>>;
export type Fault = { readonly phase: number; readonly trigger: string; readonly degradation?: number };
export type Phase = 1 | 2 | 3 | 4;
type Result = { readonly error?: string; readonly metrics?: Readonly<Record<Phase, Metrics>> };
type Faults = Fault | readonly Fault[] | null;

const image = Date.parse('2026-01-05T09:00:00Z');

/** Starts the process of one host as the embedded account runs it, with a tick every ten seconds. */
export function startTradingSystem(root: string) {
  const child = spawn(python, ['-ISB', join(root, 'bin/trading-system'), root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let ticks = 0;

  const send = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`);
    return String((await lines.next()).value);
  };
  const line = (fault: Faults = null) => {
    ticks += 1;
    return send(JSON.stringify({ now: new Date(image + ticks * 10_000).toISOString(), fault }));
  };
  const metrics = async (fault: Faults = null) => {
    const result: Result = JSON.parse(await line(fault));
    if (!result.metrics) throw new Error(result.error);
    return result.metrics;
  };
  return {
    send,
    /** Makes a tick and returns the printed line. */
    line,
    /** Makes a tick and returns the metrics of one phase. */
    tick: async (fault: Faults = null, phase: Phase = 1): Promise<Metrics> => (await metrics(fault))[phase],
    /** Makes a tick and returns the metrics of all phases. */
    metrics,
    stop: () => child.stdin.end(),
  };
}

/** Runs one of the customer's scripts by hand in the tree. */
export function customerScript(host: Host, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(python, words, { cwd: host.tree, encoding: 'utf8' });
  return { code: status, found: stdout === '' ? null : JSON.parse(stdout), stderr };
}

export const healthCheck = (host: Host, mode: '--comprehensive' | '--quick') =>
  customerScript(host, 'scripts/health_check.py', mode);

/** Returns the system's status as bin/trading-status prints it to a person on the host. */
export const tradingStatus = (host: Host): Record<string, unknown> =>
  JSON.parse(spawnSync(join(host.root, 'bin/trading-status'), { encoding: 'utf8' }).stdout);

export const setSource = (host: Host, environment: 'local' | 'local-safety', value: string) =>
  setFlags(host, { data_source: value }, environment);

/** Sets flags and keeps the others; false turns a flag off. */
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
