import type { FlagValue } from '../flag.ts';
import type { Runbook } from '../infra/runbook.ts';
import { isRestoring } from '../infra/runbook-steps.ts';

/**
 * Forbidden pairs of code and flag, and whether a rollback can bring a host to one: old code that a reused flag wakes while the
 * fleet is half changed.
 *
 * A host's state is the versions of its code and the flag's effective value. While steps follow each other, a step happens on the
 * host, happens half, or does not happen: the host is unreachable or the step failed there. A half-restored host counts as both
 * versions. A step that flips the flag issues the flip for every host; it arrives on the host any time later, or never. Hosts
 * read the newest flags, so a flip that is older than the effective one never arrives. A rollback may end after any step.
 *
 * Every state that a host can be in is looked at, so a pair that is not found cannot be reached.
 */

/** A version (a tag, `target`, or `before` for the version that the rollback undoes) and a flag's value that must not meet. */
export type ForbiddenPair = {
  readonly version: string;
  readonly flag: string;
  readonly value: FlagValue;
  readonly reason: string;
};

/** A step as far as it changes code or flags. */
export type PairStep = {
  readonly name: string;
  /** It restores the code. `other`: it restores code on the same paths to the target of another phase. */
  readonly restores: boolean | 'other';
  readonly flags?: Readonly<Record<string, FlagValue>> | undefined;
};

/** A host as the rollback finds it. */
export type PairStart = {
  /** The names of the version that runs: `before`, and its tag if it is known. */
  readonly before: readonly string[];
  /** The names of the version that is restored. */
  readonly target: readonly string[];
  /** The names that the target of another phase may have. Absent: no step restores it. */
  readonly other?: readonly string[];
  /** The effective value of a flag; null: no layer sets it. */
  readonly flag: FlagValue | null;
};

/** The versions of which the host has code, sorted: one, or more while it is half restored. */
type Code = readonly Version[];
type Version = 'before' | 'target' | 'other';

type State = {
  /** The number of steps that began. */
  readonly begun: number;
  readonly code: Code;
  /** The position of the effective value among the start's and the issued ones; 0: the start's. */
  readonly arrived: number;
};

type Found = { readonly state: State; readonly path: readonly string[] };

/**
 * Returns the shortest path by which a host reaches a forbidden pair, one sentence per change; undefined if it cannot. A host that
 * is at the pair before the rollback has not reached it by the rollback.
 */
export function pathTo(
  pair: ForbiddenPair,
  steps: readonly PairStep[],
  start: PairStart,
): readonly string[] | undefined {
  const values = valuesOf(pair.flag, steps, start);
  const isAt = ({ code, arrived }: State) =>
    values[arrived]?.value === pair.value && code.some((one) => start[one]?.includes(pair.version));
  const first: State = { begun: 0, code: ['before'], arrived: 0 };
  const seen = new Set([keyOf(first)]);
  const queue: Found[] = [{ state: first, path: [] }];
  for (const { state, path } of queue) {
    if (isAt(state) && !isUnchanged(state, values)) return withMissing(path, state, steps, values);
    for (const next of changesOf(state, steps, values)) {
      if (seen.has(keyOf(next.state))) continue;
      seen.add(keyOf(next.state));
      queue.push({ state: next.state, path: next.says === null ? path : [...path, next.says] });
    }
  }
  return undefined;
}

/** Adds, before the last change of a path, the flips that were issued by then and have not arrived: without that it would not end at the pair. */
function withMissing(
  path: readonly string[],
  { begun, arrived }: State,
  steps: readonly PairStep[],
  values: readonly Value[],
): readonly string[] {
  const missing = values.filter(({ step }, index) => index > arrived && step < begun - 1);
  const says = missing.map(({ value, step }) => `the flag's value ${value} of ${steps[step]?.name} does not arrive`);
  return [...path.slice(0, -1), ...says, ...path.slice(-1)];
}

const keyOf = ({ begun, code, arrived }: State) => `${begun} ${code.join('+')} ${arrived}`;

type Value = { readonly value: FlagValue | null; readonly step: number };

/** Returns the flag's value at the start, and each that a step issues, with that step's position. */
const valuesOf = (flag: string, steps: readonly PairStep[], start: PairStart): Value[] => [
  { value: start.flag, step: -1 },
  ...steps.flatMap(({ flags }, step) => (flags?.[flag] === undefined ? [] : [{ value: flags[flag], step }])),
];

/** Whether the host is as the rollback found it, whatever arrived that changes nothing. */
const isUnchanged = ({ code, arrived }: State, values: readonly Value[]) =>
  isOnly(code, 'before') && values[arrived]?.value === values[0]?.value;

const isOnly = (code: Code, version: Version) => code.length === 1 && code[0] === version;

type Change = { readonly state: State; readonly says: string | null };

/** Returns every state that follows a state: the next step begins in one of its ways, or a flip arrives. */
function changesOf(state: State, steps: readonly PairStep[], values: readonly Value[]): Change[] {
  const step = steps[state.begun];
  const begun = state.begun + 1;
  const further = step
    ? ways(state.code, step).map(({ code, says }) => ({ state: { ...state, begun, code }, says }))
    : [];
  const arrivals = values.flatMap(({ value, step: issuedBy }, arrived) =>
    arrived > state.arrived && issuedBy < state.begun
      ? [{ state: { ...state, arrived }, says: `the flag's value ${value} of ${steps[issuedBy]?.name} arrives` }]
      : [],
  );
  return [...arrivals, ...further];
}

/** Returns the ways in which a step can happen on the host. A step that does not restore leaves the code as it is. */
function ways(code: Code, { name, restores }: PairStep): { readonly code: Code; readonly says: string | null }[] {
  const to = restores === 'other' ? 'other' : 'target';
  if (!restores || isOnly(code, to)) return [{ code, says: null }];
  return [
    { code, says: `${name} does not happen on the host` },
    { code: [...new Set([...code, to] as const)].toSorted(), says: `${name} happens half` },
    { code: [to], says: `${name} happens` },
  ];
}

/** A forbidden pair that a rollback can reach, with the path to it. */
export type Reachable = {
  readonly pair: ForbiddenPair;
  readonly from: FlagValue | null;
  readonly path: readonly string[];
};

/** Returns each pair that a host can reach from one of these starts: from the first that reaches it. */
export const reachable = (
  pairs: readonly ForbiddenPair[],
  steps: readonly PairStep[],
  startsOf: (pair: ForbiddenPair) => readonly PairStart[],
): Reachable[] =>
  pairs.flatMap((pair) => {
    for (const start of startsOf(pair)) {
      const path = pathTo(pair, steps, start);
      if (path) return [{ pair, from: start.flag, path }];
    }
    return [];
  });

/** Returns a sentence for people: the pair, why it is forbidden, and how a host gets there. */
export function reachableSentence({ pair: { version, flag, value, reason }, from, path }: Reachable): string {
  const names = { target: 'the target version', before: 'the version that it undoes' } as const;
  const what = version === 'target' || version === 'before' ? names[version] : version;
  return `A host could run ${what} with ${flag} ${value}, which is forbidden (${reason}): ${flag} is ${from ?? 'not set'}, then ${path.join(', then ')}.`;
}

/** Returns a runbook's steps as far as they change code or flags. A runbook without paths restores no code. */
export const pairSteps = ({ target, steps }: Pick<Runbook, 'target' | 'steps'>): PairStep[] =>
  steps.map((step) => ({
    name: step.name,
    restores: target.paths.length > 0 && isRestoring(step),
    flags: step.flags,
  }));

/**
 * Returns the declared starts for a pair, from files alone: the flag has its first value, or one that any runbook sets, because an
 * override stays. A tag that is not the target's may be that of the version that runs.
 */
export const declaredStarts =
  (
    target: string,
    firstFlags: Readonly<Record<string, FlagValue | null>>,
    all: readonly { readonly steps: readonly Pick<PairStep, 'flags'>[] }[],
  ) =>
  ({ version, flag }: ForbiddenPair): PairStart[] => {
    const set = all.flatMap(({ steps }) => steps.flatMap(({ flags }) => flags?.[flag] ?? []));
    return [...new Set([firstFlags[flag] ?? null, ...set])].map((value) => ({
      before: ['before', ...(version === 'target' || version === target ? [] : [version])],
      target: ['target', target],
      flag: value,
    }));
  };

/** Returns a sentence per forbidden pair that a runbook's steps can bring a host to, by what the files declare. */
export const declaredPairs = (
  runbook: Runbook,
  runbooks: readonly Runbook[],
  firstFlags: Readonly<Record<string, FlagValue | null>> = {},
): string[] =>
  reachable(runbook.forbidden, pairSteps(runbook), declaredStarts(runbook.target.version, firstFlags, runbooks)).map(
    reachableSentence,
  );
