import { resumeRefusedEvent } from '../../domain/history/trading-event.ts';
import { despiteOf, parseResume } from '../../domain/trading/halt-request.ts';
import type { TradingInvocation } from '../middleware/trading-invocation.ts';
import type { ResumeDeps } from './resuming.ts';

/** Tells everybody that trading does not resume, and records it. A history that does not respond stops no message. */
export async function refuse(
  { history, tell, now }: Pick<ResumeDeps, 'history' | 'tell' | 'now'>,
  { execution, templates }: Pick<TradingInvocation, 'execution' | 'templates'>,
  { problem, lines }: { readonly problem: string; readonly lines: readonly string[] },
): Promise<void> {
  const request = parseResume(execution.input);
  const { operator, reason, hosts: only } = request;
  await tell(
    { name: 'resume-refused', text: templates['resume-refused'] ?? '' },
    {
      ...{ trading_operator: operator, trading_reason: reason, trading_problem: problem },
      not_confirmed: lines.slice(0, 20).join('\n'),
      ...{ halt_id: execution.name, trading_execution: execution.id },
    },
  );
  const at = new Date(now()).toISOString();
  try {
    await history.append(
      resumeRefusedEvent({ operator, reason, only, by: execution.id, at, ...despiteOf(request) }, problem),
    );
    await history.link(at);
  } catch (error) {
    console.warn(`The refusal could not be recorded: ${(error as Error).message}`);
  }
}
