import * as z from 'zod';

/** A host of the fleet, as frozen at the opening. */
export type Host = { readonly instance_id: string; readonly name: string };

/** What Systems Manager says of one host's share of a command, reduced to what a verdict needs. */
export type Invocation = {
  readonly instance_id: string;
  readonly command_id: string;
  readonly status: string;
  readonly status_details: string;
  readonly response_code: number;
  readonly stdout: string;
  /** Systems Manager has seen the script begin. */
  readonly begun: boolean;
};

export type HostVerdict = {
  readonly host: Host;
  /**
   * not started: the command was not sent, because too many others had failed, or was cancelled before it began.
   * unknown: it was cancelled while it may have been running. A command is cancelled when its execution has ended.
   */
  readonly verdict: 'done' | 'failed' | 'waiting' | 'not started' | 'unknown';
  /** Why not done, for a person; null when done. */
  readonly reason: string | null;
  readonly report: Readonly<Record<string, unknown>> | null;
  readonly command_id: string | null;
  /** The reason is the host's own: its wrapper answered that it did not do it. Absent: nothing answered, or it was done. */
  readonly answered?: true;
};

/** The one line a host's wrapper prints (infra/host-scripts/wrapper.py). */
const line = z.object({
  // Null where the wrapper was not told; then its verdict is a failed one.
  rollback: z.string().nullable(),
  step: z.string().nullable(),
  verdict: z.enum(['done', 'failed', 'refused']),
  reason: z.string().optional(),
  report: z.record(z.string(), z.unknown()).nullish(),
});

/** An invocation in one of these is over; Pending, InProgress, Delayed and Cancelling are not (SSM API, CommandInvocation). */
const over = ['Success', 'Failed', 'TimedOut', 'Cancelled'];

/**
 * What one host has done about one step.
 *
 * Done needs three witnesses that agree: Systems Manager's Success, exit code 0, and the wrapper's own verdict for this
 * rollback and step. A script that exits 0 without a verdict has not said what it did, so it has failed.
 */
export function hostVerdict(
  host: Host,
  step: { rollback: string; step: string },
  invocation: Invocation | undefined,
): HostVerdict {
  const command_id = invocation?.command_id ?? null;
  const failed = (reason: string, report: HostVerdict['report'] = null): HostVerdict => ({
    host,
    verdict: 'failed',
    reason,
    report,
    command_id,
  });
  if (!invocation || !over.includes(invocation.status))
    return { host, verdict: 'waiting', reason: null, report: null, command_id };

  const { status, status_details, response_code, stdout } = invocation;
  const said = parseLine(stdout);
  if (status !== 'Success' || response_code !== 0) {
    if (said?.reason) return { ...failed(said.reason, said.report ?? null), answered: true };
    if (!['Success', 'Failed'].includes(status_details)) return failed(status_details || status);
    return failed(
      `exit ${response_code}${said?.verdict === 'done' ? ', though it said done' : ' without a verdict'}`,
      said?.report ?? null,
    );
  }
  if (!said) return failed(`no verdict: expected one JSON line on stdout, found ${shown(stdout)}`);
  if (said.rollback !== step.rollback || said.step !== step.step)
    return failed(`a verdict for ${said.step} of ${said.rollback}, not for ${step.step} of ${step.rollback}`);
  if (said.verdict !== 'done')
    return { ...failed(said.reason ?? `verdict ${said.verdict}`, said.report ?? null), answered: true };
  return { host, verdict: 'done', reason: null, report: said.report ?? {}, command_id };
}

/**
 * What one host has done about a step whose command was cancelled, from what was seen of it before and after.
 *
 * Not started needs two witnesses: it was Pending before, and nothing has begun since. A script that was cut short may have
 * done anything, and so may one of which nothing is known.
 */
export function verdictOfCancelled(
  host: Host,
  step: { rollback: string; step: string },
  before: Invocation | undefined,
  after: Invocation | undefined,
): HostVerdict {
  const found = hostVerdict(host, step, after);
  if (found.verdict === 'done' || (found.verdict === 'failed' && after?.status !== 'Cancelled')) return found;
  const notStarted = before?.status === 'Pending' && after?.begun === false;
  return {
    ...found,
    verdict: notStarted ? 'not started' : 'unknown',
    reason: notStarted
      ? 'cancelled before it began, because the execution had ended'
      : 'cancelled while it may have been running, because the execution had ended; its log on the host says how far it came',
  };
}

const linesOf = (stdout: string) => stdout.split('\n').filter((one) => one.trim() !== '');

function parseLine(stdout: string): z.infer<typeof line> | undefined {
  const lines = linesOf(stdout);
  if (lines.length !== 1) return undefined;
  try {
    return line.parse(JSON.parse(lines[0] ?? ''));
  } catch {
    return undefined;
  }
}

function shown(stdout: string): string {
  const lines = linesOf(stdout).length;
  if (lines === 0) return 'nothing';
  return `${lines > 1 ? `${lines} lines, beginning with ` : ''}${JSON.stringify(stdout.slice(0, 80))}`;
}

/** As many as the wrapper gives a reason; what some other program wrote must not fill the record. */
const mostCharacters = 300;

/**
 * "1 of 60 hosts: host-7 (exit 1 without a verdict); not sent to 9 (the run stopped at its error limit)"; names at most
 * `most` hosts.
 */
export function failureSentence(verdicts: readonly HostVerdict[], total: number, most = 5): string {
  const { failed, notSent } = failures(verdicts);
  const named = failed
    .slice(0, most)
    .map(({ host, reason }) => `${host.name} (${(reason ?? 'no answer').slice(0, mostCharacters)})`);
  const more = failed.length > most ? ` and ${failed.length - most} more` : '';
  const spared = notSent.length > 0 ? `; not sent to ${notSent.length} (the run stopped at its error limit)` : '';
  return `${failed.length} of ${total} hosts: ${named.join('; ')}${more}${spared}`;
}

/** Hosts that did not do it, and those that were never asked to: nothing has gone wrong on them. */
export const failures = (verdicts: readonly HostVerdict[]) => ({
  failed: verdicts.filter(({ verdict }) => verdict !== 'done' && verdict !== 'not started'),
  notSent: verdicts.filter(({ verdict }) => verdict === 'not started'),
});
