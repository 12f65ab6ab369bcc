import { afterBlock, type Block, type Brake, brakeSentence } from '../brakes/brakes.ts';
import { counted } from '../counted.ts';
import type { HeldDrill, PassedDrill } from '../drill/drill.ts';
import { type FleetHost, nameWithReason } from '../host/inventory.ts';
import type { Environment } from '../infra/environment.ts';
import { listed } from '../listed.ts';
import { bad, good, type Line } from './readiness.ts';

// The lines that no host answers, each from what an AWS service or a table returned.

const day = 24 * 3600_000;
const daysSince = (iso: string, now: number) => (now - Date.parse(iso)) / day;
const few = (names: readonly string[]) => listed(names.slice(0, 5), names.length);

/** A drill of a phase, of whatever trigger. */
type AnyDrill = Pick<HeldDrill, 'phase' | 'rollback' | 'at' | 'ending' | 'problem'>;

/** `held`: the newest drill of each pair of trigger and phase. The newest of the phase decides: an older one that passed does not. */
export function drillLine(
  { drill, held }: { readonly drill: PassedDrill | undefined; readonly held: readonly AnyDrill[] },
  {
    phase,
    documents,
    days,
    now,
  }: { readonly phase: number; readonly documents: string; readonly days: number; readonly now: number },
): Line {
  const todo = `npm run rollback -- drill --phase ${phase}`;
  const [newest] = held.filter((one) => one.phase === phase).toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (newest?.ending === 'Drill failed')
    return bad(
      'drill',
      `The newest drill of this phase, ${newest.rollback}, failed at ${newest.at}: ${newest.problem ?? 'no reason is stored'}`,
      `Correct that, then: ${todo}`,
    );
  if (!drill) return bad('drill', 'No drill of this phase has passed', todo);
  const passed = `Drill ${drill.rollback} passed at ${drill.at}`;
  if (drill.documents !== documents) return bad('drill', `${passed}, but scripts have changed since`, todo);
  return daysSince(drill.at, now) > days
    ? bad('drill', `${passed}, which is more than ${counted(days, 'day')} ago`, todo)
    : good('drill', `${passed} with these scripts`);
}

/** A subscription of the operators' topic. */
export type Subscription = { readonly protocol: string; readonly endpoint: string; readonly confirmed: boolean };

/** A person's confirmation that the contacts are right. `contacts`: the hash of those that were confirmed. */
export type ContactsConfirmed = {
  readonly operator: string;
  /** ISO 8601. */
  readonly at: string;
  readonly contacts: string;
  /** The execution. */
  readonly by: string;
};

const levels = ['L1', 'L2', 'L3', 'L4'] as const;
const confirmCommand = 'npm run rollback -- contacts confirm --operator YOU';

export function contactsLine(found: {
  readonly subscriptions: readonly Subscription[];
  readonly contacts: Environment['contacts'];
  /** The hash of the contacts. */
  readonly hash: string;
  readonly confirmed: ContactsConfirmed | undefined;
  readonly days: number;
  readonly now: number;
}): Line {
  const { subscriptions, contacts, hash, confirmed, days, now } = found;
  const wrong = (evidence: string, todo: string) => bad('contacts', evidence, todo);
  if (subscriptions.length === 0)
    return wrong(
      'Nobody is subscribed to the operators’ topic',
      'Subscribe people: docs/deploy.md, "First deployment"',
    );
  const pending = subscriptions.filter((one) => !one.confirmed);
  if (pending.length > 0)
    return wrong(
      `Not confirmed: the subscription of ${few(pending.map(({ protocol, endpoint }) => `${endpoint} (${protocol})`))}`,
      'Have each of them open the link in the message from AWS, or delete the subscription',
    );
  const empty = levels.filter((level) => !contacts[level]);
  if (empty.length > 0)
    return wrong(`Nobody is named for ${empty.join(', ')}`, 'Add them to contacts in infra/environments, and deploy');
  if (!confirmed) return wrong('Nobody has confirmed the contacts yet', `Call each of them, then: ${confirmCommand}`);
  const by = `${confirmed.operator} confirmed them at ${confirmed.at}`;
  if (confirmed.contacts !== hash)
    return wrong(`${by}, and they have changed since`, `Call each new one, then: ${confirmCommand}`);
  return daysSince(confirmed.at, now) > days
    ? wrong(`${by}, which is more than ${counted(days, 'day')} ago`, `Call each of them, then: ${confirmCommand}`)
    : good('contacts', `${subscriptions.length} confirmed subscriptions, L1 to L4 are named, ${by}`);
}

/** `expected`, `found`: hashes of the definitions, by the machine's name; null: the machine does not exist. */
export function machinesLine(
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string | null>>,
): Line {
  const wrong = Object.keys(expected).filter((name) => found[name] !== expected[name]);
  return wrong.length === 0
    ? good('machines', `${Object.keys(expected).length} state machines are as reviewed in statemachines/rendered`)
    : bad(
        'machines',
        `Not as reviewed: ${few(wrong)}`,
        'Deploy the product again; look in CloudTrail (UpdateStateMachine) who changed it',
      );
}

/** `isOld`: whether an agent's version is too old. `missing`: the hosts that were seen, and that no list has under the fleet's tag. */
export function agentsLine(
  hosts: readonly FleetHost[],
  isOld: (version: string) => boolean,
  missing: readonly FleetHost[] = [],
): Line {
  if (hosts.length === 0)
    return bad(
      'agents',
      'The fleet has no host',
      'Tag the hosts with the fleet’s tag: docs/deploy.md, "The host contract"',
    );
  const problems = hosts.flatMap(({ name, online, away, agent_version }) => {
    if (!online) return [{ name, found: away ?? 'it is not online in Systems Manager' }];
    return isOld(agent_version) ? [{ name, found: `its agent is ${agent_version}, which is too old` }] : [];
  });
  return problems.length === 0
    ? good(
        'agents',
        `${hosts.length} of ${hosts.length} hosts are online, with agents that are new enough${missing.length > 0 ? `. While a host is missing, a drill fails and a rollback ends "Rolled back, unverified" at best: ${few(missing.map(nameWithReason))}` : ''}`,
      )
    : bad(
        'agents',
        `Wrong on ${problems.length} of ${hosts.length} hosts: ${few(problems.map(({ name }) => name))}`,
        'Start or update the SSM agent there: docs/deploy.md, "The host contract". A host that left for good: remove its tag',
        problems,
      );
}

/** `block`: the brake that forbids to restore the runbook's tag; null: none does. `goes_back`: the version that a rollback would restore, and why. */
export function blockedLine(target: string | null, block: Block | null, goes_back: string): Line {
  if (target === null) return good('blocked', 'A rollback of this phase restores no code');
  if (!block) return good('blocked', `${goes_back}. No block forbids to restore ${target}`);
  return bad(
    'blocked',
    `${target} is blocked since ${block.at} by ${block.operator ?? `rollback ${block.rollback}`}: ${block.reason}`,
    `If it is good: npm run rollback -- unblock --version ${target} --operator YOU --reason WHY`,
  );
}

/** An alarm's state, by its name. */
export type AlarmStates = Readonly<Record<string, string>>;

/** The result of synthesis: whether a trigger acts by itself, so that evidence is needed, and the instant of its oldest part (ISO 8601). */
export type TrustEvidenceAge = { readonly needed: boolean; readonly oldest: string | null };

/** Synthesis has checked the evidence itself (config/trust-evidence.ts); only its age changes afterwards. */
export function trustLine({ needed, oldest }: TrustEvidenceAge, days: number, now: number): Line {
  if (!needed) return good('trust', 'No trigger needs evidence here');
  const todo = 'Drill every phase, npm run rollback -- trust, and deploy the product; or set trust: approve';
  if (oldest === null) return bad('trust', 'The product was deployed without evidence', todo);
  const from = `The oldest part of the backtest and drills is of ${oldest}`;
  return daysSince(oldest, now) > days
    ? bad('trust', `${from}, which is more than ${counted(days, 'day')} ago`, todo)
    : good('trust', from);
}

/** `expected`: the names of the phase's alarms. A red alarm has data; it is a hindrance. */
export function alarmsLine(expected: readonly string[], states: AlarmStates): Line {
  const missing = expected.filter((name) => states[name] === undefined);
  if (missing.length > 0)
    return bad('alarms', `There is no alarm ${few(missing)}`, 'Deploy the product again: somebody deleted it');
  const blind = expected.filter((name) => states[name] === 'INSUFFICIENT_DATA');
  return blind.length === 0
    ? good('alarms', `${counted(expected.length, 'alarm of the phase has', 'alarms of the phase have')} data`)
    : bad('alarms', `No data for ${few(blind)}`, 'Have the hosts publish these metrics: docs/deploy.md, "Metrics"');
}

export function documentsLine(count: number, problems: readonly string[]): Line {
  return problems.length === 0
    ? good('documents', `${count} documents have the reviewed content`)
    : bad('documents', few(problems), 'docs/runbook.md#document-not-reviewed');
}

/** Quotas of the account, and what is used of them. */
export type LambdaQuotas = {
  /** Executions at the same time that no function has reserved. */
  readonly unreserved: number;
  readonly codeBytes: number;
  /** null: AWS did not return it. */
  readonly usedBytes: number | null;
};

/** A rollback has at most one function at a time; those of all phases, Reconcile, rules and people together stay below it. */
const leastExecutions = 50;
const codeShare = 0.9;

export function quotasLine({ unreserved, codeBytes, usedBytes }: LambdaQuotas): Line {
  if (unreserved < leastExecutions)
    return bad(
      'quotas',
      `Lambda may run ${counted(unreserved, 'function')} at the same time in this account and Region, expected at least ${leastExecutions}`,
      'Ask AWS for more: Service Quotas, AWS Lambda, "Concurrent executions"; or reserve less for other functions',
    );
  if (usedBytes === null) return bad('quotas', 'Lambda did not return how much code it stores', 'Check again');
  const stored = `${Math.round(usedBytes / 2 ** 20)} MB`;
  if (usedBytes > codeShare * codeBytes)
    return bad(
      'quotas',
      `Lambda stores ${stored} of code, of at most ${Math.round(codeBytes / 2 ** 20)} MB`,
      'Delete old versions of functions that no execution uses, or ask AWS for more: Service Quotas, AWS Lambda',
    );
  return good(
    'quotas',
    `Lambda may run ${counted(unreserved, 'function')} at the same time, and stores ${stored} of code`,
  );
}

/** `holder`: the rollback that holds the fleet; undefined: it is free. */
export const fleetLine = (holder: { readonly rollback: string; readonly taken_at: string } | undefined): Line =>
  holder
    ? bad(
        'fleet',
        `Rollback ${holder.rollback} has held the fleet since ${holder.taken_at}`,
        'Wait for its end, then check again',
      )
    : good('fleet', 'The fleet is free');

/** The brakes against a deployment; null: there is none. */
type Hindrances = {
  readonly freeze: Brake | null;
  readonly pause: Brake | null;
  readonly block: Block | null;
};

/**
 * Returns what speaks against a deployment of a phase now. While automation is paused, no alarm of the new version would be
 * answered without a person; while an alarm is red, nobody could tell what the new version did. `block`: that of the version itself, such as
 * by the rollback that took it back.
 */
export function hindranceLine({ freeze, pause, block }: Hindrances, red: readonly string[]): Line {
  if (freeze)
    return bad('hindrance', sentence('freeze', freeze), 'Wait for the end of the freeze: npm run rollback -- unfreeze');
  if (block) return bad('hindrance', sentence('block', block), afterBlock(block));
  if (red.length > 0)
    return bad('hindrance', `Red: ${few(red)}`, 'Have the phase rolled back or healed first: npm run rollback -- show');
  return pause
    ? bad('hindrance', sentence('pause', pause), 'End the pause first: npm run rollback -- unpause')
    : good(
        'hindrance',
        'Deployments are not frozen, the version is not blocked, automation is not paused, and no alarm of the phase is red',
      );
}

/** The evidence of a line has no full stop. */
const sentence = (kind: 'freeze' | 'pause' | 'block', brake: Brake) => brakeSentence(kind, brake).replace(/\.$/, '');
