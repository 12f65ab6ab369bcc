import { InvalidInput } from '../../domain/errors.ts';
import { type Chain, emptyChain, type Happened, type RollbackEvent } from '../../domain/event.ts';
import { limitOf } from '../../domain/limits.ts';
import { type Occasion, occasionOf } from '../../domain/occasion.ts';
import type { Question } from '../../domain/question.ts';
import { recordOf } from '../../domain/record.ts';
import { type AssessingNeeds, assessAlarm } from '../assess-alarm.ts';
import { type Decided, type DecidingNeeds, decideNow } from '../deciding.ts';
import type { Deployment, Deployments } from '../deployments.ts';
import { endWithoutActing, type IdleEnding } from '../end-without-acting.ts';
import type { Fleet } from '../fleet.ts';
import { freezeHosts, isNamed } from '../freeze-hosts.ts';
import type { Frozen, FrozenStore } from '../frozen.ts';
import type { Policy, Rollback } from '../payload.ts';
import type { RowWindow } from '../row-window.ts';
import type { UnreachedHost } from '../unreached.ts';
import { type StandingNeeds, standing } from './standing.ts';

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
  readonly policy: Policy;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};

/** What is to be done now, as the machine's Choice reads it. */
export type Opened = {
  readonly decision: Decided['decision'] | 'plan';
  readonly rollback: Rollback;
  /** What people are asked first; null: nothing. */
  readonly question: Question | null;
  /** Why it needs a person. */
  readonly problem: string | null;
  readonly chain: Chain;
};

export type OpeningNeeds = StandingNeeds &
  AssessingNeeds &
  DecidingNeeds & {
    readonly deployments: Deployments;
    readonly frozen: FrozenStore;
    readonly rowWindow: RowWindow;
    readonly fleet: Fleet;
    readonly tag: { readonly key: string; readonly value: string };
  };

const windowMilliseconds = 3600_000;

/**
 * Opens a rollback: checks what is asked for, writes the record, decides whether it begins, is asked about or ends here,
 * and freezes what it will act on.
 *
 * Calling it again answers the same: events are told once, what was decided stands, and what is frozen stays. Throws
 * InvalidInput before anything is written; later errors find a record to belong to.
 */
export async function openRollback(given: OpeningNeeds, opening: Opening): Promise<Opened> {
  const needs = { ...given, deployments: askedOnce(given.deployments) };
  const { execution, phase, policy } = opening;
  const occasion = occasionOf(execution.input, {
    phase: phase.number,
    startedAt: execution.start_time,
    severityOf: fieldOf(policy, 'severity'),
    impactOf: fieldOf(policy, 'impact'),
  });
  checkName(execution.name);
  const before = await needs.history.events(execution.name);
  checkUnused(before, execution);
  if (occasion.only_hosts) await checkHosts(needs, occasion.only_hosts);
  const deadline = limitOf(occasion, [], needs.settings.limits).at;
  await needs.history.append(execution.name, opened(opening, occasion, deadline));
  const rollback = {
    id: execution.name,
    execution_arn: execution.id,
    phase: phase.number,
    fleet: opening.fleet,
    alarm: occasion.alarm?.name ?? null,
    deadline,
  };

  const decided = await decidedOn(needs, opening, occasion, rollback, endingOf(before));
  const answer = { rollback: { ...rollback, deadline: decided.deadline }, decision: decided.decision };
  const { question, problem, chain } = decided;
  if (!acts.includes(decided.decision)) return { ...answer, question, problem, chain };
  const frozen = (await needs.frozen.read(rollback.id)) ?? (await freeze(needs, opening, occasion, decided.deadline));
  const frozenChain = await needs.history.append(rollback.id, hostsFrozen(frozen, new Date(needs.now())));
  return { ...answer, question, problem, chain: frozenChain };
}

/** Decisions that need to know what they would act on. */
const acts: readonly Opened['decision'][] = ['act', 'ask', 'plan'];

/** One of triggers.yaml's fields by trigger; without the triggers that do not have it. */
const fieldOf = <Field extends 'severity' | 'impact'>({ triggers }: Policy, field: Field) =>
  Object.fromEntries(
    Object.entries(triggers).flatMap(([name, of]) => (of[field] === undefined ? [] : [[name, of[field]]])),
  ) as Record<string, NonNullable<Policy['triggers'][string][Field]>>;

type WhatNow = Omit<Decided, 'decision'> & Pick<Opened, 'decision'>;

async function decidedOn(
  needs: OpeningNeeds,
  { phase, policy, fleet }: Opening,
  occasion: Occasion,
  rollback: Rollback,
  ended: IdleEnding | undefined,
): Promise<WhatNow> {
  const { id, execution_arn, deadline } = rollback;
  const nothing = { question: null, problem: null, deadline };
  // A plan stands beside no other: it claims, joins and answers nothing.
  if (occasion.mode === 'plan') return { ...nothing, decision: 'plan', chain: emptyChain };
  const place = { phase: phase.number, policy };
  let assessment: ReturnType<typeof assessAlarm> | undefined;
  const assessed = () => {
    assessment ??= assessAlarm(needs, place, occasion);
    return assessment;
  };
  const stands =
    ended ?? (await standing(needs, occasion, { ...place, fleet, assessed }, { rollback: id, execution_arn }));
  if (stands !== 'first')
    return { ...nothing, decision: stands, chain: await endWithoutActing(needs, rollback, stands) };
  return decideNow(needs, { rollback, policy }, { assessment: await assessed() });
}

/** What an earlier call has put on record stands, whatever has become of the alarm. */
const endingOf = (events: readonly RollbackEvent[]): IdleEnding | undefined =>
  events.length === 0 ? undefined : ((recordOf(events).ending ?? undefined) as IdleEnding | undefined);

/** Who decides and who freezes ask for the same deployment. */
function askedOnce(deployments: Deployments): Deployments {
  const known = new Map<string, ReturnType<Deployments['newest']>>();
  return {
    ...deployments,
    newest: (phase, before) => {
      const key = `${phase} ${before}`;
      const found = known.get(key) ?? deployments.newest(phase, before);
      known.set(key, found);
      return found;
    },
  };
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
function checkUnused([first]: readonly RollbackEvent[], execution: Opening['execution']): void {
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

const opened = (
  { execution, phase, target_version, also_undone, fleet }: Opening,
  { breach: _, ...occasion }: Occasion,
  deadline: string,
): Happened => ({
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
    deadline,
    ...occasion,
  },
});

async function freeze(
  { fleet, frozen, tag, deployments, rowWindow, unreached }: OpeningNeeds,
  opening: Opening,
  { start_time, only_hosts, mode }: Occasion,
  deadline: string,
): Promise<Frozen> {
  const { phase, execution } = opening;
  const [frozenHosts, deployment = null, passedBy] = await Promise.all([
    freezeHosts({ fleet, tag }, opening.documents, only_hosts),
    deployments.newest(phase.number, start_time),
    unreached.all(),
  ]);
  const asked = windowStart(deployment, start_time);
  return frozen.keep(execution.name, {
    execution_arn: execution.id,
    ...frozenHosts,
    only_hosts,
    steps: opening.policy.steps,
    deployment,
    window_start: earliest(
      await (mode === 'plan'
        ? rowWindow.seen(phase.number, asked)
        : rowWindow.from(phase.number, asked, execution.name)),
      passedBy.filter(
        (waiting) =>
          waiting.phase === phase.number && frozenHosts.hosts.some((host) => host.instance_id === waiting.instance_id),
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
