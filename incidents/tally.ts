import { createHash } from 'node:crypto';
import type { Broken, Found } from './search.ts';
import { strikes } from './strikes.ts';

/** The sum of all incidents so far. */
export type Tally = {
  readonly incidents: number;
  readonly acting: number;
  readonly transitions: number;
  /** Number of incidents in which each kind of trouble really struck (strikes.ts), also 0. */
  readonly struck: Readonly<Record<string, number>>;
  /** Number of incidents that met each known break. */
  readonly known: Readonly<Record<string, number>>;
  /** The first incident that broke each invariant, and how many did. */
  readonly broken: readonly (Broken & { readonly number: number; readonly times: number })[];
  /** A hash of all incidents' hashes, in the order of their numbers. */
  readonly hash: string;
};

/** Sums up incidents, which come in any order, as two processes find them. Keeps a story per invariant, not per incident. */
export function tallied() {
  const hashes = new Map<number, string>();
  const known: Record<string, number> = {};
  const struck = Object.fromEntries(Object.keys(strikes).map((name) => [name, 0]));
  const broken = new Map<string, Broken & { number: number; times: number }>();
  let [acting, transitions] = [0, 0];
  return {
    add: (found: Found): void => {
      hashes.set(found.number, found.hash);
      acting += found.acting;
      transitions += found.transitions;
      for (const name of found.struck) struck[name] = (struck[name] ?? 0) + 1;
      for (const name of found.known) known[name] = (known[name] ?? 0) + 1;
      if (!found.broken) return;
      const before = broken.get(found.broken.invariant);
      const times = (before?.times ?? 0) + 1;
      const first = before && before.number < found.number ? before : { ...found.broken, number: found.number };
      broken.set(found.broken.invariant, { ...first, times });
    },
    sum: (): Tally => {
      const ordered = [...hashes].toSorted(([a], [b]) => a - b).map(([, hash]) => hash);
      const hash = createHash('sha256').update(ordered.join('\n')).digest('hex');
      return { incidents: hashes.size, acting, transitions, struck, known, broken: [...broken.values()], hash };
    },
  };
}
