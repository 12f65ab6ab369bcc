import type { Chain, RollbackEvent } from '../history/event.ts';
import type { Link } from '../history/link.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import type { Question } from '../question/question.ts';
import type { Decision } from '../question/resolution.ts';

/**
 * One part of what is known about a rollback.
 *
 * unavailable: AWS does not keep it any longer, or it was never stored. denied: the caller may not read it.
 */
export type Part<T> =
  | { readonly state: 'complete'; readonly value: T }
  | { readonly state: 'unavailable' | 'denied'; readonly why: string };

/** A question with the decisions on it, as the state table holds them. */
export type StoredQuestion = { readonly question: Question; readonly decisions: readonly Decision[] };

/** The execution of a rollback, as Step Functions describes it. */
export type Execution = {
  readonly arn: string;
  readonly machine: string;
  readonly status: string;
  readonly started_at: string | null;
  readonly stopped_at: string | null;
  readonly input: string | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  /** Each state as it was entered and exited; `chain` is the end of the chain of events in the state's output. */
  readonly states: readonly {
    readonly at: string;
    readonly state: string;
    readonly event: 'entered' | 'exited';
    readonly chain: Chain | null;
  }[];
};

/** The hosts, documents and rows that the opening froze, as the state table holds them. */
export type FrozenScope = Readonly<Record<string, unknown>>;

/** Everything that an evidence pack is made of. */
export type Gathered = {
  readonly environment: string;
  /** All events, from the opening. */
  readonly events: readonly RollbackEvent[];
  readonly record: Part<RollbackRecord>;
  readonly hosts: Part<readonly KeptVerdict[]>;
  readonly decisions: Part<readonly StoredQuestion[]>;
  readonly scope: Part<FrozenScope>;
  /** By month: the links of the rollback, each with the link before and after it. */
  readonly links: Part<Readonly<Record<string, readonly Link[]>>>;
  readonly execution: Part<Execution>;
  /** The definition with which the execution ran, as Step Functions returns it. */
  readonly definition: Part<string>;
  /** The content of each document that the opening pinned, by name. */
  readonly documents: Readonly<Record<string, Part<string>>>;
  /** Whether the history was whole when it was read, in a sentence. */
  readonly history: { readonly whole: boolean; readonly says: string };
};

/** Returns the value of a part; undefined if it is missing. */
export const partValue = <T>(part: Part<T>): T | undefined => (part.state === 'complete' ? part.value : undefined);
