import { counted } from '../../domain/counted.ts';
import { tradingResumedEvent } from '../../domain/history/trading-event.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import { despiteOf, parseResume } from '../../domain/trading/halt-request.ts';
import { hostLines } from '../../domain/trading/trading-values.ts';
import type { TradingInvocation } from '../middleware/trading-invocation.ts';
import { answersOf, pinnedForResume } from './ask-hosts.ts';
import type { Asked, Proved, ResumeDeps, Resumed } from './resuming.ts';

/**
 * Resumes trading on every host that a halt holds, tells everybody and records it. Each host looks at its orders once more, and refuses if
 * another halt has begun. Calling it again resumes the hosts that are left.
 */
export async function resumeHosts(
  deps: ResumeDeps,
  invocation: TradingInvocation,
  { asked, proved }: { readonly asked: Asked; readonly proved: Proved },
): Promise<Resumed> {
  const { execution, templates } = invocation;
  const request = parseResume(execution.input);
  const { operator, reason, hosts: only } = request;
  const names = asked.hosts.flatMap(({ host, halt }) => (halt ? [host] : []));
  const all = await deps.managedInstances.hosts(deps.tag);
  const online = all.filter((host) => isNamed(host, names));
  const command = {
    ...invocation.command,
    parameters: { ...invocation.command.parameters, Halts: asked.halts.join(' ') },
  };
  const documents = await pinnedForResume(deps, invocation);
  const verdicts = await answersOf(deps, { ...invocation, command }, { online, documents });
  const resumed = verdicts.filter(({ verdict }) => verdict === 'done').map(({ host }) => host.name);
  const not_resumed = [
    ...verdicts
      .filter(({ verdict }) => verdict !== 'done')
      .map(({ host, reason: why }) => ({ host: host.name, reason: why ?? 'no answer' })),
    ...names
      .filter((name) => !online.some((host) => host.name === name))
      .map((host) => ({ host, reason: 'it is in the fleet no more' })),
  ];
  const { approved_by } = proved;
  await deps.tell(
    { name: 'trading-resumed', text: templates['trading-resumed'] ?? '' },
    {
      ...{ trading_operator: operator, trading_reason: reason },
      trading_hosts: `${resumed.length} of ${counted(names.length, 'host')}`,
      not_confirmed: hostLines(not_resumed) || 'none',
      approved_by: approved_by.join(', ') || operator,
      ...{ halt_id: execution.name, trading_execution: execution.id },
    },
  );
  const at = new Date(deps.now()).toISOString();
  const counts = { hosts: names.length, confirmed: resumed.length, not_confirmed: not_resumed.map(({ host }) => host) };
  await deps.history.append(
    tradingResumedEvent(
      { operator, reason, only, by: execution.id, at, ...despiteOf(request) },
      { halts: asked.halts, ...counts, approved_by },
    ),
  );
  await deps.history.link(at);
  const refused = not_resumed.length === 0 ? null : `Trading stays halted on ${notResumedText(not_resumed)}.`;
  return { refused, resumed, not_resumed, approved_by };
}

const notResumedText = (hosts: Resumed['not_resumed']) =>
  hosts
    .slice(0, 10)
    .map(({ host, reason }) => `${host} (${reason})`)
    .join('; ') + (hosts.length > 10 ? ` and ${hosts.length - 10} more` : '');
