import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';

/** A rollback as a story is written from it. */
export type Told = {
  readonly events: readonly RollbackEvent[];
  readonly record: RollbackRecord;
  /** Milliseconds of the story's 0s. */
  readonly zero: number;
  /** Seconds from there to the cause: a host that is unreachable is known to be so only after some minutes. */
  readonly settling: number;
  /** Returns a host's name in the story: `host-2`. */
  readonly hostOf: (name: string) => string;
};

/** One entry under `when`. */
export type Entry = Readonly<Record<string, unknown>> & { readonly at: string };

/** A part of a story, and what it could not express, one sentence each. */
export type Part = { readonly when: readonly Entry[]; readonly notExpressed: readonly string[] };

/** Returns an instant as a story writes it: whole seconds after its 0s, at least 0, never before the instant. */
export const offsetOf = ({ zero }: Pick<Told, 'zero'>, at: string, later = 0): string =>
  `${Math.max(0, Math.ceil((Date.parse(at) - zero) / 1000) + later)}s`;

/** Returns the phase as stories name it: `before` for a rollback of several. */
export const phaseOf = ({ record: { phase, phases } }: Pick<Told, 'record'>): number | 'before' =>
  phases ? 'before' : phase;

/** Leaves out what is undefined or null: a story's optional keys. */
export const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
