import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Story, storySchema } from '../rehearsals/story.ts';
import { type Break, judgeIncident, type Place } from './judged.ts';

/** An invariant that the product does not keep yet. */
export type Known = {
  /** The name of its story in known-broken/. */
  readonly name: string;
  readonly invariant: string;
  /** Words of the break by which another break of the same invariant is told from it. */
  readonly says: RegExp;
  readonly why: string;
};

/** The breaks that do not fail a run. An entry whose story breaks nothing any more does: it must be removed. */
export const knownBroken: readonly Known[] = [
  {
    name: 'code-in-mid-rollback-of-several-phases',
    invariant: 'rolled-back-means-at-target',
    says: /^rollback \S+ of phase [123] ended Rolled back with \S+ at \{"components_running":\[\],"phase4_files":[1-9]/,
    why: 'New code starts the components of Phase 4 again, and they write files and rows after the step that clears them. The code of Phase 1 then has no health check of them.',
  },
];

/** Returns the entry of a break; undefined if it is not known. */
export const isKnown = (known: readonly Known[], { invariant, says }: Break): Known | undefined =>
  known.find((one) => one.invariant === invariant && one.says.test(says));

export const storyOf = ({ name }: Known): Story =>
  storySchema.parse(parse(readFileSync(new URL(`known-broken/${name}.yaml`, import.meta.url), 'utf8')));

/** Returns the entries whose stories do not break their invariant any more. */
export async function repaired(known: readonly Known[], place: Place): Promise<Known[]> {
  const whole: Known[] = [];
  for (const one of known) {
    const { breaks } = await judgeIncident(storyOf(one), place);
    if (!breaks.some((found) => isKnown([one], found))) whole.push(one);
  }
  return whole;
}
