import * as z from 'zod';
import { unstorable } from '../storable.ts';

/** A host of the fleet, from the list that the opening froze. */
export type Host = { readonly instance_id: string; readonly name: string };

/** Systems Manager's state of a command on one host, reduced to the fields that a verdict needs. */
export type Invocation = {
  readonly instance_id: string;
  readonly command_id: string;
  readonly status: string;
  readonly status_details: string;
  readonly response_code: number;
  readonly stdout: string;
  /** The script has started, as far as Systems Manager knows. */
  readonly begun: boolean;
};

/** The result of one step on one host. */
export type HostVerdict = {
  readonly host: Host;
  /**
   * not started: the command was not sent, because too many hosts had failed, or it was cancelled before it began.
   * unknown: the command was cancelled while it may have been running. Commands are cancelled once their execution has ended.
   * lost: the host left the fleet while the rollback ran (domain/host/lost-hosts.ts).
   */
  readonly verdict: 'done' | 'failed' | 'waiting' | 'not started' | 'unknown' | 'lost';
  /** The reason why the step is not done, for a person; null if it is done. */
  readonly reason: string | null;
  readonly report: Readonly<Record<string, unknown>> | null;
  readonly command_id: string | null;
  /** The host's own wrapper reported the reason. Absent: the wrapper reported nothing, or the step is done. Stored under this name. */
  readonly answered?: true;
};

/** The line that a host's wrapper prints (infra/host-scripts/wrapper.py). */
const line = z.object({
  // Null if the wrapper did not receive it; the wrapper's verdict is then `failed`.
  rollback: z.string().nullable(),
  step: z.string().nullable(),
  verdict: z.enum(['done', 'failed', 'refused']),
  reason: z.string().optional(),
  report: z.record(z.string(), z.unknown()).nullish(),
});

/** The final statuses of an invocation; Pending, InProgress, Delayed and Cancelling are not final (SSM API, CommandInvocation). */
const over = ['Success', 'Failed', 'TimedOut', 'Cancelled'];

/**
 * Returns one host's verdict on one step.
 *
 * `done` needs three facts that agree: Systems Manager's status Success, exit code 0, and the wrapper's own verdict `done`
 * for this rollback and step. A script that exits 0 without a verdict has failed, because its effect is unknown.
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
  const printed = parseLine(stdout);
  const refused = unstorable(printed);
  if (refused !== undefined) return failed(`its report has ${refused}, which DynamoDB does not store`);
  if (status !== 'Success' || response_code !== 0) {
    if (printed?.reason) return { ...failed(printed.reason, printed.report ?? null), answered: true };
    if (!['Success', 'Failed'].includes(status_details)) return failed(status_details || status);
    return failed(
      `exit ${response_code}${printed?.verdict === 'done' ? ' despite the verdict done' : ' without a verdict'}`,
      printed?.report ?? null,
    );
  }
  if (!printed) return failed(`no verdict: expected one JSON line on stdout, found ${shown(stdout)}`);
  if (printed.rollback !== step.rollback || printed.step !== step.step)
    return failed(
      `expected a verdict for ${step.step} of ${step.rollback}, found one for ${printed.step} of ${printed.rollback}`,
    );
  if (printed.verdict !== 'done')
    return { ...failed(printed.reason ?? `verdict ${printed.verdict}`, printed.report ?? null), answered: true };
  return { host, verdict: 'done', reason: null, report: printed.report ?? {}, command_id };
}

/**
 * Returns one host's verdict on a step whose command was cancelled, from its invocation before and after the cancellation.
 *
 * `not started` needs two facts: the invocation was Pending before, and the script has not begun since. In every other case
 * the script may have changed the host, so the verdict is `unknown`.
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
      : 'cancelled while it may have been running, because the execution had ended; its log on the host shows how far it got',
  };
}

const linesOf = (stdout: string) => stdout.split('\n').filter((one) => one.trim() !== '');

function parseLine(stdout: string): z.infer<typeof line> | undefined {
  const lines = linesOf(stdout);
  if (lines.length !== 1) return undefined;
  try {
    const found: unknown = JSON.parse(lines[0] ?? '');
    const parsed = line.parse(found);
    // zod leaves out fields that objects have by themselves.
    return parsed.report ? { ...parsed, report: (found as typeof parsed).report } : parsed;
  } catch {
    return undefined;
  }
}

function shown(stdout: string): string {
  const lines = linesOf(stdout).length;
  if (lines === 0) return 'nothing';
  return `${lines > 1 ? `${lines} lines, beginning with ` : ''}${JSON.stringify(stdout.slice(0, 80))}`;
}

/** The longest reason that the wrapper gives. Another program's output is cut, so that it cannot fill the record. */
const mostCharacters = 300;

/**
 * Returns the failures on a fleet of `total` hosts in one phrase, and names at most `most` of them:
 * "1 of 60 hosts: host-7 (exit 1 without a verdict); not sent to 9 (the run stopped at its error limit)".
 */
export function failureSentence(verdicts: readonly HostVerdict[], total: number, most = 5): string {
  const { failed, notSent } = failures(verdicts);
  const named = failed
    .slice(0, most)
    .map(({ host, reason }) => `${host.name} (${(reason ?? 'no response').slice(0, mostCharacters)})`);
  const more = failed.length > most ? ` and ${failed.length - most} more` : '';
  const skipped = notSent.length > 0 ? `; not sent to ${notSent.length} (the run stopped at its error limit)` : '';
  return `${failed.length} of ${total} hosts: ${named.join('; ')}${more}${skipped}`;
}

const notFailed: readonly HostVerdict['verdict'][] = ['done', 'not started', 'lost'];

/** Separates the hosts on which a step failed from those to which it was never sent: nothing has failed on the latter. */
export const failures = (verdicts: readonly HostVerdict[]) => ({
  failed: verdicts.filter(({ verdict }) => !notFailed.includes(verdict)),
  notSent: verdicts.filter(({ verdict }) => verdict === 'not started'),
});
