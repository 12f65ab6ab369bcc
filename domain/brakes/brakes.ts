import { armedPrefix, blockedPrefix, freezePrefix, pauseKey, phasePausePrefix } from '../tables.ts';
import type { BegunRollback } from './host-cap.ts';

/** A brake that holds until a person ends it. */
export type Brake = {
  /** The name that the person gave who set it; null: no person did, but a rollback (Block). */
  readonly operator: string | null;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  /** The phase that it holds for; null or absent: every phase. */
  readonly phase?: number | null;
  /** The execution that set it; absent: an older version set it. */
  readonly by?: string;
};

/** A pause of automation. `now`: a rollback that runs stops before its next step. */
export type Pause = Brake & {
  readonly now?: true;
  /** The pause without `now` whose place this one took: its end ends both. Absent: it took no other's place. */
  readonly replaced?: Pick<Brake, 'operator' | 'reason' | 'at'>;
};
/** A freeze of deployments. It stops no rollback. */
export type Freeze = Brake;
/** A version that no rollback restores. */
export type Block = Brake & {
  readonly version: string;
  /** The rollback that undid the version, and so blocked it; absent: a person did. */
  readonly rollback?: string;
  /** That rollback stopped in the middle: hosts may run the version still. */
  readonly stopped?: true;
  /** The history of the brakes has a rollback's block. A person's is recorded when it is set. */
  readonly recorded?: true;
};

/** The newest reset of a phase's budget. */
export type Armed = Omit<Brake, 'phase' | 'operator'> & { readonly phase: number; readonly operator: string };

/** The present brakes of an environment. */
export type Brakes = {
  readonly pauses: readonly Pause[];
  readonly freezes: readonly Freeze[];
  readonly blocks: readonly Block[];
  readonly armed: readonly Armed[];
};

/** The kinds of brakes that hold until a person ends them. */
export const heldKinds = ['pause', 'freeze', 'block'] as const;
export type HeldKind = (typeof heldKinds)[number];
export type Held = { readonly pause: Pause; readonly freeze: Freeze; readonly block: Block };

/** The brakes as one phase sees them. */
export type PhaseBrakes = {
  /** The pause that stops the phase's automation; null: none. */
  readonly pause: Pause | null;
  /** ISO 8601: only rollbacks that started later count for the budget; null: the budget was never reset. */
  readonly armed_at: string | null;
  /** Every blocked version, also of other phases: a rollback of several restores a version in each of its phases. */
  readonly blocks: readonly Block[];
};

/** Returns the brakes that the items below `PAUSE` in the state table store. */
export function brakesIn(items: readonly Readonly<Record<string, unknown>>[]): Brakes {
  const below = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix)).map(withoutKey);
  return {
    pauses: [...below(pauseKey.sk), ...below(phasePausePrefix)] as unknown as Pause[],
    freezes: below(freezePrefix) as unknown as Freeze[],
    blocks: below(blockedPrefix) as unknown as Block[],
    armed: below(armedPrefix) as unknown as Armed[],
  };
}

const withoutKey = ({ pk, sk, ...item }: Readonly<Record<string, unknown>>) => item;

/**
 * Returns whether a rollback counts for a phase's budget: it began within a day. After a reset (`armedAt`, ISO 8601) only those
 * count that began later and by themselves: a person who resets the budget starts one by hand next, as a rule, and would have
 * spent on that what the reset is for.
 */
export const countsForBudget =
  (aDayBefore: number, armedAt: string | null) =>
  ({ start_time, by }: Pick<BegunRollback, 'start_time' | 'by'>): boolean => {
    const started = Date.parse(start_time);
    if (started < aDayBefore) return false;
    if (armedAt === null || Date.parse(armedAt) < aDayBefore) return true;
    return started > Date.parse(armedAt) && by !== 'person';
  };

/** Returns the brakes of one phase. A pause of every phase comes before the phase's own. */
export const brakesOf = ({ pauses, armed, blocks }: Brakes, phase: number): PhaseBrakes => ({
  pause: holding(pauses, phase),
  armed_at: armed.find((one) => one.phase === phase)?.at ?? null,
  blocks,
});

/** Returns the brake that holds for a phase, if one does. A brake of every phase comes before the phase's own. */
export const holding = <One extends Brake>(all: readonly One[], phase: number): One | null =>
  all.find((one) => (one.phase ?? null) === null) ?? all.find((one) => one.phase === phase) ?? null;

/** The version that a phase's rollback would restore: its tag, and the name under which it was deployed, if that is another. */
type Restored = { readonly phase: number; readonly version: string; readonly deployed_as?: string };

/** Returns the block of a version that a phase's rollback would restore, under either name; null: it may restore it. */
export const blockOf = (blocks: readonly Block[], target: Restored): Block | null =>
  blocksOf(blocks, target)[0] ?? null;

/** Returns every such block, that of every phase first: a person has to end all of them. */
export const blocksOf = (blocks: readonly Block[], target: Restored): readonly Block[] => {
  const named = blocks.filter(({ version }) => version === target.version || version === target.deployed_as);
  return [
    ...named.filter(({ phase = null }) => phase === null),
    ...named.filter(({ phase }) => phase === target.phase),
  ];
};

/** Returns the freeze that held for a phase at an instant (ISO 8601), of those that hold now; null if none did. */
export const freezeAt = ({ freezes }: Brakes, phase: number, at: string): Freeze | null =>
  holding(
    freezes.filter((one) => Date.parse(one.at) <= Date.parse(at)),
    phase,
  );

/**
 * Returns the pause that stops a running rollback before its next step; null if none does. A rollback that was opened after the
 * pause (ISO 8601; undefined: an older version opened it) was started by a named person, and goes on.
 */
export const stopping = ({ pauses }: Brakes, phase: number, opened: string | undefined): Pause | null =>
  holding(
    pauses.filter(({ now, at }) => now === true && (opened === undefined || Date.parse(opened) <= Date.parse(at))),
    phase,
  );

/** Returns the stored brake in the place of another one: of the same phase, or of every phase, and of the same version. */
export const inPlaceOf = <Kind extends HeldKind>(
  all: readonly Held[Kind][],
  asked: Held[Kind],
): Held[Kind] | undefined =>
  all.find((one) => (one.phase ?? null) === (asked.phase ?? null) && versionOf(one) === versionOf(asked));

/**
 * Returns the brakes that hold for the same subject as another one, in another place: that of every phase beside the one of a phase,
 * or those of single phases beside the one of every phase.
 */
export const besidesOf = <Kind extends HeldKind>(
  all: readonly Held[Kind][],
  asked: Held[Kind],
): readonly Held[Kind][] => {
  const phase = asked.phase ?? null;
  return all.filter(
    (one) =>
      versionOf(one) === versionOf(asked) &&
      (one.phase ?? null) !== phase &&
      (phase === null || (one.phase ?? null) === null),
  );
};

const versionOf = (brake: Brake): string | undefined => (brake as Partial<Block>).version;

/** Returns the stored brakes of a kind. */
export const heldOf = <Kind extends HeldKind>(brakes: Brakes, kind: Kind): readonly Held[Kind][] =>
  ({ pause: brakes.pauses, freeze: brakes.freezes, block: brakes.blocks })[kind] as readonly Held[Kind][];

/** Returns what a brake holds, as the subject of a sentence: `Automation of phase 2`. */
export function subjectOf(kind: HeldKind, brake: Pick<Brake, 'phase'> & { readonly version?: string }): string {
  const ofPhase = brake.phase ? ` of phase ${brake.phase}` : '';
  if (kind === 'block') return `Version ${brake.version}${ofPhase}`;
  return kind === 'pause' ? `Automation${ofPhase}` : `Deployment${ofPhase || ' of every phase'}`;
}

const participles: Readonly<Record<HeldKind, string>> = { pause: 'paused', freeze: 'frozen', block: 'blocked' };

/** Returns the word for what a brake of this kind makes of its subject: `paused`. */
export const participleOf = (kind: HeldKind): string => participles[kind];

/** Returns a sentence with who set a brake, when and why. */
export const brakeSentence = (kind: HeldKind, brake: Brake): string =>
  `${subjectOf(kind, brake)} has been ${participles[kind]} since ${brake.at} by ${setBy(brake)}${(brake as Pause).now ? ', with running rollbacks stopped' : ''}: ${brake.reason}.${replacedSentence(brake)}`;

/** Returns what a person does about a version that is blocked and was meant to be deployed. */
export const afterBlock = ({ phase = null, version }: Pick<Block, 'phase' | 'version'>): string =>
  `Prepare the next version under its own name. If this one is good after all: npm run rollback -- unblock --version ${version}${phase === null ? '' : ` --phase ${phase}`} --operator YOU --reason WHY`;

/** The end of a pause must be in the interest of both people. */
const replacedSentence = ({ replaced }: Pause): string =>
  replaced ? ` It took the place of the pause since ${replaced.at} by ${setBy(replaced)}: ${replaced.reason}.` : '';

const setBy = (brake: Brake): string => brake.operator ?? `rollback ${(brake as Block).rollback}`;

/** Returns a sentence with who paused automation, when and why. */
export const pauseSentence = (pause: Pause): string => brakeSentence('pause', pause);

/** Returns one sentence per brake that a person set and that holds, and one per phase with the versions that were rolled back. */
export const heldSentences = (brakes: Brakes): string[] => [
  ...heldKinds.flatMap((kind) =>
    heldOf(brakes, kind)
      .filter(isOfPerson)
      .map((one) => brakeSentence(kind, one)),
  ),
  ...rolledBackSentences(brakes),
];

/** Whether a person set a brake; if not, a rollback did. */
export const isOfPerson = (brake: Brake): boolean => (brake as Block).rollback === undefined;

/** There is one per rollback of years, and the screen has few lines. */
const mostVersions = 3;

/** Returns one sentence per phase with the versions that rollbacks have blocked, the newest first. */
export function rolledBackSentences({ blocks }: Brakes): string[] {
  const byPhase = Map.groupBy(
    blocks.filter((one) => !isOfPerson(one)),
    ({ phase }) => phase ?? 0,
  );
  return [...byPhase]
    .toSorted(([a], [b]) => a - b)
    .map(([phase, all]) => {
      const newest = all.toSorted((a, b) => b.at.localeCompare(a.at));
      const named = newest
        .slice(0, mostVersions)
        .map(({ version, rollback, at }) => `${version} (rollback ${rollback}, ${at})`);
      const more = all.length > mostVersions ? `, and ${all.length - mostVersions} older` : '';
      return `Rolled back in phase ${phase}, so no rollback restores them until \`unblock\`: ${named.join(', ')}${more}.`;
    });
}
