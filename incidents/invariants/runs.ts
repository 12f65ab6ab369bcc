import type { Evidence } from '../evidence.ts';

/** One run of a host script that a rollback sent: its command, and what the wrapper printed. */
export type Run = {
  readonly rollback: string;
  readonly step: string;
  readonly kind: string;
  readonly fence: number;
  readonly host: string;
  /** ISO 8601. */
  readonly sent: string;
  readonly ended: string;
  /** The line of the wrapper; undefined: it printed none that can be read. */
  readonly line: Line | undefined;
  /** The line as text. */
  readonly output: string;
};
type Line = { readonly verdict: 'done' | 'failed' | 'refused' };
type Sent = { readonly at: string; readonly parameters: Readonly<Record<string, readonly string[]>> };

/** Returns the live runs of all rollbacks, in the order of their ends. Looks at hosts are left out. */
export const runsIn = (evidence: Pick<Evidence, 'happened'>): Run[] =>
  liveRuns(evidence).filter(({ kind }) => kind !== beside);

/** Returns the live runs that belong to no rollback and take no fleet, such as a halt of trading. */
export const runsBesideIn = (evidence: Pick<Evidence, 'happened'>): Run[] =>
  liveRuns(evidence).filter(({ kind }) => kind === beside);

const beside = 'beside';

function liveRuns({ happened }: Pick<Evidence, 'happened'>): Run[] {
  const commands = new Map<string, Sent>();
  const runs: Run[] = [];
  for (const event of happened) {
    if (event['event'] === 'CommandSent') commands.set(String(event['command']), event as unknown as Sent);
    const sent = event['event'] === 'InvocationEnded' ? commands.get(String(event['command'])) : undefined;
    const parameter = (name: string) => sent?.parameters[name]?.[0] ?? '';
    if (!sent || parameter('Mode') !== 'live' || /^(look|prepare|ready)_/.test(parameter('RollbackId'))) continue;
    const output = firstLine(String(event['output']));
    runs.push({
      rollback: parameter('RollbackId'),
      step: parameter('Step'),
      kind: parameter('Kind'),
      fence: Number(parameter('Fence')),
      host: String(event['name']),
      sent: sent.at,
      ended: String(event['at']),
      line: lineIn(output),
      output,
    });
  }
  return runs;
}

/** Returns the first line that is JSON: a fault may print a line twice, or text before it. */
const firstLine = (output: string): string => output.split('\n').find((line) => line.startsWith('{')) ?? '';

function lineIn(output: string): Line | undefined {
  try {
    return JSON.parse(output) as Line;
  } catch {
    return undefined;
  }
}
