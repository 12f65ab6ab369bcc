import { InvalidInput } from '../../domain/errors.ts';
import { resumeAskedEvent } from '../../domain/history/trading-event.ts';
import { neverHalted, tradingNow } from '../../domain/history/trading-now.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import { yourName, yourReason } from '../../domain/placeholder.ts';
import { requestsLike, voidedByARollback } from '../../domain/proof/trading-approvals.ts';
import { despiteOf, parseResume, type ResumeRequest, type TradingRequest } from '../../domain/trading/halt-request.ts';
import { haltsOf, hostTrading, nothingHalted, orderLines, whyNotResumed } from '../../domain/trading/orders.ts';
import { hostLines, voidedText } from '../../domain/trading/trading-values.ts';
import type { ManagedInstance } from '../clients/managed-instances.ts';
import type { TradingInvocation } from '../middleware/trading-invocation.ts';
import { directVerdicts, sendDirectly } from '../operations/direct-commands.ts';
import { pinnedDocuments } from '../operations/reviewed-document.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { refuse } from './refuse.ts';
import { besideARollback } from './refuse-beside-a-rollback.ts';
import type { Asked, ResumeDeps } from './resuming.ts';

/**
 * Asks every host for its halt and its orders, changes nothing there, and records who wants trading to resume. Refuses, tells
 * everybody and records that, if anything on a host is not what the environment allows, or a rollback holds the fleet or is owed to a host.
 * Calling it again asks again.
 */
export async function askHosts(deps: ResumeDeps, invocation: TradingInvocation): Promise<Asked> {
  const { execution, command } = invocation;
  const request = parseResume(execution.input);
  const documents = await pinnedForResume(deps, invocation);
  const hosts = await chosen(deps, request);
  const plan = { ...command, parameters: { ...command.parameters, Mode: 'plan', Kind: 'check' } };
  const online = hosts.filter((host) => host.online);
  const away = hosts
    .filter((host) => !host.online)
    .map(({ instance_id, name, away }) => notAsked({ instance_id, name }, away ?? 'not online in Systems Manager'));
  const verdicts = await answersOf(deps, { ...invocation, command: plan }, { online, documents });
  const found = [...verdicts, ...away].map(hostTrading);
  const halts = haltsOf(found);
  const free = hosts.filter(({ name }) => found.some(({ host, halt }) => host === name && halt === null));
  const known = await deps.history.events();
  const wrong = [...whyNotResumed(found, deps.rules.allowed), ...neverHalted(tradingNow(known), free)];
  const problem =
    nothingHalted(found) ?? problemOf(wrong) ?? (await besideARollback(deps, request, { hosts, events: known }));
  if (problem !== undefined) {
    await refuse(deps, invocation, { problem, lines: orderLines(found) });
    return { refused: problem, hosts: found, halts, missing: 0, voided: [] };
  }
  const at = new Date(deps.now()).toISOString();
  const { operator, reason, hosts: only } = request;
  const asked = { operator, reason, only, by: execution.id, at, ...despiteOf(request) };
  const about = { halts, fence: await deps.fence() };
  await deps.history.append(resumeAskedEvent(asked, about));
  await deps.history.link(at);
  const events = await deps.history.events();
  const missing = deps.rules.approvers - requestsLike(events, execution.id).length;
  const voided = voidedByARollback(events, execution.id);
  if (missing > 0) await askOthers(deps, invocation, { request, missing, voided, lines: orderLines(found) });
  return { refused: null, hosts: found, halts, missing: Math.max(missing, 0), voided };
}

function problemOf(wrong: readonly string[]): string | undefined {
  if (wrong.length === 0) return undefined;
  const shown = wrong.slice(0, 10).join('; ') + (wrong.length > 10 ? `; and ${wrong.length - 10} more` : '');
  return `Trading stays halted: ${shown}.`;
}

/** Tells everybody that more people must ask, with what they need to decide. */
async function askOthers(
  { tell }: ResumeDeps,
  { execution, templates }: TradingInvocation,
  {
    request,
    missing,
    voided,
    lines,
  }: { readonly request: ResumeRequest; readonly lines: readonly string[] } & Pick<Asked, 'missing' | 'voided'>,
): Promise<void> {
  const only = request.hosts === null ? '' : ` --hosts ${request.hosts.join(' ')}`;
  const despite = request.despite.length === 0 ? '' : ` --despite ${request.despite.join(' ')}`;
  await tell(
    { name: 'resume-asked', text: templates['resume-asked'] ?? '' },
    {
      trading_operator: request.operator,
      trading_reason: request.reason,
      trading_problem: `${missing} more ${missing === 1 ? 'person' : 'people'} must ask within 30 minutes, with credentials of their own.${voidedText(voided)}`,
      not_confirmed: hostLines(lines.map(splitLine)),
      trading_command: `npm run rollback -- resume --operator "${yourName}" --reason "${yourReason}"${only}${despite}`,
      ...{ halt_id: execution.name, trading_execution: execution.id },
    },
  );
}

export const splitLine = (line: string) => {
  const [host = '', ...rest] = line.split(': ');
  return { host, reason: rest.join(': ') };
};

const notAsked = (host: HostVerdict['host'], reason: string): HostVerdict => ({
  ...{ host, reason, verdict: 'unknown', report: null, command_id: null },
});

/** Returns the hosts of the fleet on which trading is to resume. Throws InvalidInput if the fleet has not all of them. */
export async function chosen(
  { managedInstances, tag }: Pick<ResumeDeps, 'managedInstances' | 'tag'>,
  { hosts: only }: TradingRequest,
): Promise<ManagedInstance[]> {
  const all = await managedInstances.hosts(tag);
  const unknown = (only ?? []).filter((name) => !all.some((host) => isNamed(host, [name])));
  if (unknown.length > 0)
    throw new InvalidInput(
      `The fleet has no host ${unknown.slice(0, 5).join(', ')}. Nothing was resumed: correct the names.`,
    );
  return all.filter((host) => only === null || isNamed(host, only));
}

export const pinnedForResume = (
  { managedInstances }: Pick<ResumeDeps, 'managedInstances'>,
  { documents }: Pick<TradingInvocation, 'documents'>,
) => pinnedDocuments(managedInstances, documents, (problem) => new Error(`${problem} Trading stays halted.`));

/** Sends a command to hosts and waits until each has answered, or its time is over: then nothing is known of it. */
export async function answersOf(
  deps: Pick<ResumeDeps, 'runCommand' | 'now' | 'sleep'>,
  { execution, command }: TradingInvocation,
  {
    online,
    documents,
  }: { readonly online: readonly ManagedInstance[]; readonly documents: RollbackScope['documents'] },
): Promise<HostVerdict[]> {
  const direct = { id: execution.name, execution, command, documents };
  const until = deps.now() + command.attempt_seconds * 1000;
  const { commands, unsent } = await sendDirectly(deps.runCommand, direct, online);
  const reasons = new Map(unsent.map(({ host, reason }) => [host.instance_id, reason]));
  const asked = online.filter(({ instance_id }) => !reasons.has(instance_id));
  const refused = unsent.map(({ host, reason }) => notAsked(host, reason));
  for (let pause = 500; ; pause = Math.min(pause * 1.25, 2000)) {
    await deps.sleep(pause);
    const verdicts = await directVerdicts(deps.runCommand, direct, commands, asked);
    const waiting = verdicts.some(({ verdict }) => verdict === 'waiting');
    if (waiting && deps.now() < until) continue;
    return [
      ...verdicts.map((one) =>
        one.verdict === 'waiting' ? { ...one, reason: `no answer in ${command.attempt_seconds} s` } : one,
      ),
      ...refused,
    ];
  }
}
