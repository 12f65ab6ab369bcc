import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { storySchema } from '../rehearsals/story.ts';
import { incidentIn, type StoryDocument } from './arbitrary.ts';
import { sameHash } from './invariants.ts';
import { type Break, type Judged, judgeIncident, type Place } from './judged.ts';
import { isKnown, type Known } from './known-broken.ts';
import { storyText } from './story-text.ts';

/** Result of one incident of a search. */
export type Found = {
  readonly number: number;
  readonly hash: string;
  readonly acting: number;
  readonly transitions: number;
  /** The names of what really struck (strikes.ts). */
  readonly struck: readonly string[];
  /** The names of the known breaks that it met. */
  readonly known: readonly string[];
  /** The break that is not known, with the shrunken incident; undefined: none. */
  readonly broken?: Broken | undefined;
};
export type Broken = Break & { readonly story: string; readonly runs: number };

export type SearchOptions = {
  readonly seed: number;
  readonly known: readonly Known[];
  /** Returns the most runs with which an incident that breaks this invariant is shrunk. */
  readonly shrink: (invariant: string) => number;
  /** Most troubles of one incident beside the faults with which it begins; absent: as many as are worth it. */
  readonly troubles?: number;
  /** Every so many incidents, one runs twice and must give the same hash. */
  readonly twiceEvery: number;
};

/** Returns the seed of one incident: any incident of a search can run alone. */
export const seedOf = (seed: number, number: number): number =>
  createHash('sha256').update(`${seed}/${number}`).digest().readInt32BE(0);

/** Returns an incident of a search without running it: the document that searchOne() runs first. */
export function drawn(seed: number, number: number, environment: string): StoryDocument {
  const [document] = fc.sample(incidentIn(environment), { numRuns: 1, seed: seedOf(seed, number) });
  if (!document) throw new Error(`Incident ${number} of seed ${seed} was not drawn.`);
  return document;
}

/** Returns a name of the generator of incidents: a hash of what it draws. Numbers of incidents hold for one generator. */
export const generatorOf = (environment: string): string =>
  createHash('sha256')
    .update(JSON.stringify(Array.from({ length: 20 }, (_, i) => drawn(1, i + 1, environment))))
    .digest('hex')
    .slice(0, 12);

/** Runs one incident of a search; shrinks it if it breaks an invariant in a way that is not known. */
export async function searchOne(place: Place, number: number, options: SearchOptions): Promise<Found> {
  const { seed, known, shrink, twiceEvery } = options;
  let first: Judged | undefined;
  let broken: (Break & { readonly judged: Judged; readonly document: StoryDocument }) | undefined;
  let runs = 0;
  const holds = async (document: StoryDocument): Promise<boolean> => {
    if (broken && runs >= shrink(broken.invariant)) return true; // ends the shrinking
    runs += 1;
    const judged = await judgeIncident(storySchema.parse(document), place);
    const breaks = judged.breaks.filter((one) => !isKnown(known, one));
    if (!first && number % twiceEvery === 0) breaks.push(...(await differentHash(document, judged, place)));
    first ??= judged;
    // Shrinks towards the same invariant: another one would be another fault.
    const same = breaks.find(({ invariant }) => !broken || invariant === broken.invariant);
    if (same) broken = { ...same, judged, document };
    return same === undefined;
  };
  await fc.check(fc.asyncProperty(incidentIn(place.environment, options.troubles), holds), {
    seed: seedOf(seed, number),
    numRuns: 1,
  });
  if (!first) throw new Error(`Incident ${number} did not run.`);
  return {
    number,
    hash: first.hash,
    acting: first.acting,
    transitions: first.transitions,
    struck: first.struck,
    known: [...new Set(first.breaks.flatMap((one) => isKnown(known, one)?.name ?? []))],
    broken: broken && {
      invariant: broken.invariant,
      says: broken.says,
      story: storyText(broken.document, broken, broken.judged),
      runs,
    },
  };
}

async function differentHash(document: StoryDocument, { hash }: Judged, place: Place): Promise<Break[]> {
  const again = await judgeIncident(storySchema.parse(document), place);
  if (again.hash === hash) return [];
  return [
    { invariant: sameHash.name, says: `the incident gave ${hash.slice(0, 12)}, then ${again.hash.slice(0, 12)}` },
  ];
}
