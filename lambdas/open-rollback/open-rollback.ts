import { InvalidInput } from '../../domain/errors.ts';
import type { Chain, Happened } from '../../domain/event.ts';
import { type Occasion, occasionOf } from '../../domain/occasion.ts';
import { recordOf } from '../../domain/record.ts';
import { limitMinutes, type Severity } from '../../domain/severity.ts';
import type { Claim } from '../claims.ts';
import type { Deployment, Deployments } from '../deployments.ts';
import type { Fleet } from '../fleet.ts';
import { freezeHosts, isNamed } from '../freeze-hosts.ts';
import type { Frozen, FrozenStore } from '../frozen.ts';
import type { History } from '../history.ts';
import type { Rollback } from '../payload.ts';
import type { RowWindow } from '../row-window.ts';
import { seal } from '../seal.ts';
import type { UnreachedHost } from '../unreached.ts';
import { type Decision, isDecision, type StandingNeeds, standing } from './standing.ts';

export type Opening = {
  readonly execution: {
    readonly id: string;
    readonly name: string;
    readonly start_time: string;
    readonly input: unknown;
  };
  readonly phase: { readonly number: number; readonly name: string };
  readonly target_version: string;
  /** Later phases whose code goes back with it. */
  readonly also_undone: readonly number[];
  readonly fleet: string;
  /** What triggers.yaml says of each trigger. */
  readonly severities: Readonly<Record<string, Severity>>;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};

export type Opened = { readonly decision: Decision; readonly rollback: Rollback; readonly chain: Chain };

export type OpeningNeeds = StandingNeeds & {
  readonly deployments: Deployments;
  readonly frozen: FrozenStore;
  readonly rowWindow: RowWindow;
  readonly fleet: Fleet;
  readonly tag: { readonly key: string; readonly value: string };
};

const windowMilliseconds = 3600_000;

/**
 * Opens a rollback: checks what is asked for, writes the record, decides whether there is anything to do, and freezes
 * what it will act on.
 *
 * Calling it again answers the same: events are told once, and what is frozen stays. Throws InvalidInput before
 * anything is written; later errors find a record to belong to.
 */
export async function openRollback(needs: OpeningNeeds, opening: Opening): Promise<Opened> {
  const { execution, phase } = opening;
  const occasion = occasionOf(execution.input, {
    phase: phase.number,
    startedAt: execution.start_time,
    severityOf: opening.severities,
  });
  checkName(execution.name);
  await checkUnused(needs.history, execution);
  if (occasion.only_hosts) await checkHosts(needs, occasion.only_hosts);
  const start = Date.parse(occasion.start_time);
  const deadline = new Date(start + limitMinutes[occasion.severity] * 60_000).toISOString();
  await needs.history.append(execution.name, opened(opening, occasion));
  const me = { rollback: execution.name, execution_arn: execution.id };
  const rollback = {
    id: execution.name,
    execution_arn: execution.id,
    phase: phase.number,
    fleet: opening.fleet,
    alarm: occasion.alarm?.name ?? null,
    deadline,
  };

  const decision = await decided(needs, opening, occasion, me);
  if (decision !== 'act' && decision !== 'plan')
    return { decision, rollback, chain: await endWithoutActing(needs, rollback.id, decision) };
  const frozen = (await needs.frozen.read(rollback.id)) ?? (await freeze(needs, opening, occasion, deadline));
  return {
    decision,
    rollback,
    chain: await needs.history.append(rollback.id, hostsFrozen(frozen, new Date(needs.now()))),
  };
}

/** What an earlier call has put on record stands; else what is to be seen now. */
async function decided(
  needs: OpeningNeeds,
  { phase, fleet }: Opening,
  occasion: Occasion,
  me: Claim,
): Promise<Decision> {
  if (occasion.mode === 'plan') return 'plan'; // it stands beside no other: it claims, joins and answers nothing
  const { ending } = recordOf(await needs.history.events(me.rollback));
  if (ending && isDecision(ending)) return ending;
  return standing(needs, occasion, { phase: phase.number, fleet }, me);
}

async function endWithoutActing(
  { history, now }: OpeningNeeds,
  rollback: string,
  ending: Exclude<Decision, 'act' | 'plan'>,
): Promise<Chain> {
  const at = new Date(now()).toISOString();
  const detail = { ending, problem: null, fence: 0, fleet: 'never taken' };
  await history.append(rollback, { id: 'rollback-closed', type: 'Rollback closed', at, detail });
  return seal(history, rollback, ending, at);
}

/** The rollback id is the execution's name, and travels to hosts as a folder's name. */
function checkName(name: string): void {
  if (!/^(?!look_)[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(name))
    // look_ is what looks are kept under
    throw new InvalidInput(
      `The execution's name becomes the rollback id and may hold letters, digits and . _ - only; found ${JSON.stringify(name)}. Start again without a name.`,
    );
}

/** Names are unique in one state machine only; the history is shared by all. */
async function checkUnused(history: History, execution: Opening['execution']): Promise<void> {
  const [first] = await history.events(execution.name);
  if (first && first.detail['execution_arn'] !== execution.id)
    throw new InvalidInput(
      `${execution.name} is already the id of ${String(first.detail['execution_arn'])}. Start again without a name.`,
    );
}

/** A misspelt host would leave the one that was meant as it is. */
async function checkHosts({ fleet, tag }: OpeningNeeds, only: readonly string[]): Promise<void> {
  const found = await fleet.hosts(tag);
  const unknown = only.filter((one) => !found.some((host) => isNamed(host, [one])));
  if (unknown.length > 0)
    throw new InvalidInput(
      `only_hosts names ${unknown.slice(0, 5).join(', ')}, which does not carry the tag ${tag.key}=${tag.value}. Tagged: ${found
        .slice(0, 20)
        .map(({ name }) => name)
        .join(', ')}. Nothing was changed.`,
    );
}

const opened = ({ execution, phase, target_version, also_undone, fleet }: Opening, occasion: Occasion): Happened => ({
  id: 'rollback-opened',
  type: 'Rollback opened',
  at: execution.start_time,
  detail: {
    phase: phase.number,
    phase_name: phase.name,
    execution_arn: execution.id,
    target_version,
    also_undone,
    fleet,
    ...occasion,
  },
});

async function freeze(
  { fleet, frozen, tag, deployments, rowWindow, unreached }: OpeningNeeds,
  opening: Opening,
  { start_time, only_hosts, mode }: Occasion,
  deadline: string,
): Promise<Frozen> {
  const [frozenHosts, deployment = null, passedBy] = await Promise.all([
    freezeHosts({ fleet, tag }, opening.documents, only_hosts),
    deployments.newest(opening.phase.number, start_time),
    unreached.all(),
  ]);
  return frozen.keep(opening.execution.name, {
    execution_arn: opening.execution.id,
    ...frozenHosts,
    deployment,
    window_start: earliest(
      await rowWindow[mode === 'plan' ? 'seen' : 'from'](opening.phase.number, windowStart(deployment, start_time)),
      passedBy.filter(
        ({ phase, instance_id }) =>
          phase === opening.phase.number && frozenHosts.hosts.some((host) => host.instance_id === instance_id),
      ),
    ),
    deadline,
  });
}

/** A host that an earlier rollback had to pass by still has that one's rows. */
const earliest = (start: string, passedBy: readonly UnreachedHost[]): string =>
  [start, ...passedBy.map(({ window_start }) => window_start)].toSorted()[0] ?? start;

/** Rows are suspect from the deployment on; with none on record, those of the last hour (seed, "Clear Corrupted Cache"). */
function windowStart(deployment: Deployment | null, start: string): string {
  const from = deployment ? Date.parse(deployment.at) : Date.parse(start) - windowMilliseconds;
  return `${new Date(from).toISOString().slice(0, 19)}Z`;
}

const hostsFrozen = (frozen: Frozen, at: Date): Happened => ({
  id: 'hosts-frozen',
  type: 'Hosts frozen',
  at: at.toISOString(),
  detail: {
    hosts: frozen.hosts.length,
    names: frozen.hosts.slice(0, 50).map(({ name }) => name),
    not_online: frozen.not_online.slice(0, 50).map(({ name }) => name),
    documents: frozen.documents,
    window_start: frozen.window_start,
    deployment: frozen.deployment,
  },
});
