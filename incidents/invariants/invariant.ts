import type { Evidence } from '../evidence.ts';

/** Something that is true after every incident. */
export type Invariant = {
  readonly name: string;
  /** The invariant as one sentence. */
  readonly says: string;
  /** Returns one sentence per break, with the rollbacks, hosts and instants that show it. */
  readonly breaks: (evidence: Evidence) => readonly string[];
};

/** A rollback in a sentence: its phase and the beginning of its id. */
export const named = ({ id, phase }: { readonly id: string; readonly phase: number }) =>
  `rollback ${id.slice(0, 8)} of phase ${phase}`;

export const milliseconds = (at: unknown): number => Date.parse(String(at));
