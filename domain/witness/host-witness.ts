import { counted } from '../counted.ts';
import { listed } from '../listed.ts';
import type { Host, SeenHost } from './ill-hosts.ts';

/** The rules for few ill hosts whose peers are well (`brakes.few_ill`). */
export const fewIllRules = ['ask', 'act', 'all'] as const;
export type FewIll = (typeof fewIllRules)[number];

/**
 * few: one host, or up to 5 % of the hosts. many: more, or all. none: the hosts contradict the alarm. unknown: which hosts are
 * ill could not be found out.
 */
export type WitnessFinding = 'few' | 'many' | 'none' | 'unknown';

/**
 * same: well hosts run the version of each ill host, so the version is not what makes it ill. other: no well host does, or too many
 * of those that run it are ill. unknown: nobody knows what one of them runs.
 */
export type Peers = 'same' | 'other' | 'unknown';

/** Which hosts of a fleet are ill, as the record of a rollback has it. */
export type HostWitness = {
  readonly finding: WitnessFinding;
  /** metrics: the hosts' own. check: the customer's health check through Systems Manager. */
  readonly by: 'metrics' | 'check';
  readonly hosts: number;
  readonly ill: number;
  readonly well: number;
  readonly unknown: number;
  /** Names of the ill hosts, at most `mostNamed`. */
  readonly names: readonly string[];
  /** The ill hosts if they are few: a rollback may act on these alone. Absent: it acts on all. */
  readonly only?: readonly Host[];
  /** Only hosts of the canary group are ill, which alone has the newest version: `only` is the whole group. */
  readonly canary?: true;
  /** Whether peers of few ill hosts show that their version works (peers.ts). Absent: the ill hosts are not few. */
  readonly peers?: Peers;
  /** A failed check concerns the alarm's phase alone. Absent: no check says of which phase the hosts are ill. */
  readonly own?: true;
  /** The sentences for people: numbers, names, and what could not be read. */
  readonly says: readonly string[];
};

/** The facts from which hostWitness() finds which hosts are ill. */
export type WitnessEvidence = {
  readonly by: HostWitness['by'];
  readonly seen: readonly SeenHost[];
  /** The number of stopped hosts, which are not in `seen`. Absent: none. */
  readonly off?: number;
  /** The measure by which a host is ill, such as `LatencyMs above 500`. */
  readonly judged: string;
  /** Why metrics did not show it, or the check did not; absent: nothing failed. */
  readonly failed?: string;
  /** Names of the hosts that alone got the newest deployment of the phase. Absent: every host got it. */
  readonly canary?: readonly string[] | undefined;
};

/** The part of the fleet that counts as few, if it is more than one host. */
const fewShare = 0.05;
const mostNamed = 20;

/** Returns the most hosts that count as few: one, or 5 % of the fleet. */
export const mostFew = (hosts: number): number => Math.max(1, Math.floor(hosts * fewShare));

/**
 * Returns which hosts are ill. Hosts of which nothing is known may be ill too: they count as ill where that makes the finding
 * wider, and they never count as well. A fleet without a well host has many ill hosts: no peer shows that the version works. If
 * they would be few among the stopped ones, it is unknown: a stopped peer may be well.
 */
export function hostWitness({ by, seen, off = 0, judged, failed, canary }: WitnessEvidence): HostWitness {
  const of = (state: SeenHost['state']) => seen.filter((one) => one.state === state);
  const [ill, well, unknown] = [of('ill'), of('well'), of('unknown')];
  const group = canary && canaryAlone(canary, { ill, well, seen });
  const finding = group ? 'few' : findingOf({ ill: ill.length, well: well.length, unknown: unknown.length, off });
  const only = group ?? ill;
  const counts = { hosts: seen.length, ill: ill.length, well: well.length, unknown: unknown.length };
  return {
    ...{ finding, by, ...counts },
    names: ill.slice(0, mostNamed).map(({ name }) => name),
    ...(finding === 'few' ? { only: only.map(({ instance_id, name }) => ({ instance_id, name })) } : {}),
    ...(group ? { canary: true } : {}),
    ...(ill.some(({ own }) => own) ? { own: true } : {}),
    says: [
      ...(failed ? [failed] : []),
      ...sentencesOf(finding, { judged, ill, well, unknown, off }),
      ...(group ? [`Only the canary group has the newest version: ${namesOf(group)}.`] : []),
      ...(group || !canary ? [] : unseenOf(canary, seen)),
    ],
  };
}

const isNamedBy = (name: string) => (host: SeenHost) => name === host.name || name === host.instance_id;

/** Returns a sentence on the hosts of the canary group that are stopped, or that no list has; [] if each was seen. */
function unseenOf(canary: readonly string[], seen: readonly SeenHost[]): string[] {
  const unseen = canary.filter((name) => !seen.some(isNamedBy(name)));
  return unseen.length > 0
    ? [`Nothing is known of ${unseen.slice(0, 5).join(', ')} of the canary group, which has the newest version.`]
    : [];
}

/**
 * Returns the hosts of the canary group if only some of them are ill, and hosts without the new version are well; else undefined. Also
 * undefined if a host of the group was not seen: it would keep the version that the others are rolled back from.
 */
function canaryAlone(
  canary: readonly string[],
  { ill, well, seen }: { readonly [group in 'ill' | 'well' | 'seen']: readonly SeenHost[] },
): readonly SeenHost[] | undefined {
  const isCanary = (host: SeenHost) => canary.some((name) => isNamedBy(name)(host));
  const whole = canary.every((name) => seen.some(isNamedBy(name)));
  const alone = whole && ill.length > 0 && ill.every(isCanary) && well.some((host) => !isCanary(host));
  return alone ? seen.filter(isCanary) : undefined;
}

function findingOf({ ill, well, unknown, off }: Readonly<Record<SeenHost['state'] | 'off', number>>): WitnessFinding {
  const all = ill + well + unknown;
  if (ill === 0) return well > unknown ? 'none' : 'unknown';
  if (ill > mostFew(all) || ill === all) return off > 0 && ill <= mostFew(all + off) ? 'unknown' : 'many';
  return well > 0 && ill + unknown < all && unknown <= well ? 'few' : 'unknown';
}

type Groups = Readonly<Record<SeenHost['state'], readonly SeenHost[]>> &
  Pick<WitnessEvidence, 'judged'> & { readonly off: number };

function sentencesOf(finding: WitnessFinding, { judged, ill, well, unknown, off }: Groups): string[] {
  const all = ill.length + well.length + unknown.length;
  const silent =
    unknown.length > 0 ? [`Nothing is known of ${unknown.length} of ${all} hosts: ${namesOf(unknown)}.`] : [];
  const illSays = `${ill.length} of ${all} hosts ${ill.length === 1 ? 'is' : 'are'} ill by ${judged}: ${namesOf(ill)}; ${counted(well.length, 'is', 'are')} well.`;
  switch (finding) {
    case 'few':
      return [`Only ${illSays}`, ...silent];
    case 'many':
      return [illSays, ...silent];
    case 'none':
      return [`The hosts contradict the alarm: none of ${all} is ill by ${judged}.`, ...silent];
    case 'unknown':
      return all === 0
        ? ['Which hosts are ill is not known: no host could be asked.']
        : ['Which hosts are ill is not known.', ...(ill.length > 0 ? [illSays] : []), ...silent, ...stoppedSays(off)];
  }
}

const stoppedSays = (off: number): string[] =>
  off > 0 ? [`${counted(off, 'host is', 'hosts are')} stopped and may be well.`] : [];

const namesOf = (hosts: readonly SeenHost[]): string =>
  listed(
    hosts.slice(0, 5).map(({ name, says }) => (says === undefined ? name : `${name} (${says})`)),
    hosts.length,
  );

/**
 * Returns the objections of a witness to a rollback of the whole fleet, one sentence each: with one, the rollback needs a permit.
 * `few_ill`: the environment's rule. Under `act` the rollback of a few hosts needs none, because it acts on these alone.
 */
export function witnessObjections(witness: HostWitness, few_ill: FewIll): readonly string[] {
  if (few_ill === 'all' || witness.finding === 'many') return [];
  return actsOnlyOn(witness, few_ill) ? [] : witness.says;
}

/**
 * Returns the hosts on which a rollback acts that no person decided: the canary group, or the few ill ones, if the environment says so
 * and well hosts run the same version.
 */
export const actsOnlyOn = (
  witness: Pick<HostWitness, 'only' | 'unknown' | 'canary' | 'peers'> | undefined,
  few_ill: FewIll,
): readonly Host[] | undefined =>
  witness?.unknown === 0 && (witness.canary || (few_ill === 'act' && witness.peers === 'same'))
    ? witness.only
    : undefined;
