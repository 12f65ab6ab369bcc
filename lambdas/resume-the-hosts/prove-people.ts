import { StillRunning } from '../../domain/errors.ts';
import { approvalsOf, requestsLike } from '../../domain/proof/trading-approvals.ts';
import { parseResume } from '../../domain/trading/halt-request.ts';
import type { TradingInvocation } from '../middleware/trading-invocation.ts';
import { chosen } from './ask-hosts.ts';
import { refuse } from './refuse.ts';
import { besideARollback } from './refuse-beside-a-rollback.ts';
import type { Proved, ResumeDeps } from './resuming.ts';

/** Milliseconds between two looks, and those for which CloudTrail's word is awaited: it usually comes within five minutes. */
const every = 5000;
const awaitedFor = 20 * 60_000;
/** The function's own timeout must leave time for the refusal. */
const reserve = 30_000;

/**
 * Waits until CloudTrail has verified enough different people who want trading to resume. With one approver there is nothing to
 * wait for. Refuses if the people are too few, or are not verified in time. Throws StillRunning before the function's own timeout.
 */
export async function provePeople(
  deps: ResumeDeps,
  invocation: TradingInvocation,
  remaining: () => number,
): Promise<Proved> {
  const { execution } = invocation;
  const needed = deps.rules.approvers;
  if (needed === 1) return unlessRolledBack(deps, invocation, []);
  const until = Date.parse(execution.start_time) + awaitedFor;
  for (;;) {
    const events = await deps.history.events();
    const requests = requestsLike(events, execution.id);
    const seen = new Map(
      await Promise.all(requests.map(async ({ detail: { by = '' } }) => [by, await deps.see(by)] as const)),
    );
    const { people, unverified } = approvalsOf(events, requests, seen);
    if (people.length >= needed) return unlessRolledBack(deps, invocation, people);
    if (unverified === 0 || deps.now() >= until) {
      const problem = tooFew(people, { needed, unverified });
      await refuse(deps, invocation, { problem, lines: [] });
      return { refused: problem, approved_by: people };
    }
    if (remaining() < reserve) throw new StillRunning('CloudTrail has not named everybody who asked yet.');
    await deps.sleep(every);
  }
}

/** Looks once more at what rollbacks hold and owe: up to 20 minutes have passed since the hosts were asked. */
async function unlessRolledBack(
  deps: ResumeDeps,
  invocation: TradingInvocation,
  approved_by: readonly string[],
): Promise<Proved> {
  const request = parseResume(invocation.execution.input);
  const [events, hosts] = await Promise.all([deps.history.events(), chosen(deps, request)]);
  const problem = await besideARollback(deps, request, { hosts, events });
  if (problem !== undefined) await refuse(deps, invocation, { problem, lines: [] });
  return { refused: problem ?? null, approved_by };
}

function tooFew(
  people: readonly string[],
  { needed, unverified }: { readonly needed: number; readonly unverified: number },
): string {
  const who = people.length === 0 ? 'nobody' : people.join(' and ');
  const late =
    unverified > 0
      ? ` ${unverified} more asked, but CloudTrail has not named them in 20 minutes: see docs/runbook.md#resume-refused.`
      : '';
  return `Trading stays halted: ${needed} different people must ask, verified by their credentials; found ${who}.${late} Another person must ask, with credentials of their own.`;
}
