import { endings } from '../ending.ts';
import { severities } from '../severity.ts';
import { triggers } from '../trigger.ts';
import { type Facet, facetAttribute, facets } from './record-index.ts';
import type { RollbackEvidence } from './verify.ts';

/** A value of a facet: a partition of its index. */
export type IndexValue = { readonly facet: Facet; readonly value: string };

/** The values that the product itself writes, and those that a query asks for without knowing a rollback. */
const fixed: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  mode: ['live', 'plan', 'simulate'],
  ending: endings,
  severity: severities,
  trigger: [...triggers, 'manual'],
  cause: ['true', 'false'],
  phase: Array.from({ length: 20 }, (_, i) => String(i + 1)),
};

/**
 * Collects the values under which the indexes hold rollbacks: those that are fixed, and every one that a RECORD or HOST item
 * has. Names of people, hosts and versions are known in no other way, because an index lists no partition keys.
 */
export function indexValues() {
  const found = new Map<Facet, Set<string>>(facets.map((facet) => [facet, new Set(fixed[facet] ?? [])]));
  const add = (item: Readonly<Record<string, unknown>>) => {
    for (const [facet, values] of found) {
      const value = item[facetAttribute(facet)];
      if (typeof value === 'string') values.add(value);
    }
  };
  return {
    add: ({ index = {}, hostItems = [] }: Pick<RollbackEvidence, 'index' | 'hostItems'>) => {
      for (const item of [index, ...hostItems]) add(item);
    },
    /** Yields every value once, those too that are added meanwhile. */
    *all(): Iterable<IndexValue> {
      const seen = new Set<string>();
      for (let before = -1; before < seen.size; ) {
        before = seen.size;
        for (const [facet, values] of found)
          for (const value of values) {
            const key = `${facet} ${value}`;
            if (seen.has(key)) continue;
            seen.add(key);
            yield { facet, value };
          }
      }
    },
  };
}
