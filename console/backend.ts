/** A value of JSON, which the browser receives as it is. */
export type Json = unknown;

/** A request's fields, by name: those of the address, or of the body. */
export type Fields = Readonly<Record<string, unknown>>;

/** The environment, the caller and the mode of a console; the browser reads them once. */
export type About = {
  readonly environment: string;
  readonly region: string;
  readonly account: string;
  /** The account is an embedded one: faults can be put in, and nothing reaches AWS. */
  readonly embedded: boolean;
  /** The console was started with --act. */
  readonly act: boolean;
  /** The principal whose credentials are used. */
  readonly caller: string;
  readonly [more: string]: Json;
};

/** The failure of an act after which nobody knows whether it was done: it was sent, and its answer is lost. `cause`: why it is lost. */
export class NotKnown extends Error {
  override readonly name = 'NotKnown';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * The account behind the console. The server gives its results to the browser and adds nothing.
 *
 * An Error that it throws is a sentence for people.
 */
export type Backend = {
  /** Throws if the credentials cannot be used, or are another account's. */
  about(): Promise<About>;
  /** The parts of the present state: `fast` are read after each change, `slow` at intervals. A part that cannot be read says why. */
  readonly parts: Readonly<Record<'fast' | 'slow', Parts>>;
  /** Milliseconds between two reads of the parts if nothing reports a change. */
  readonly every: Readonly<Record<'fast' | 'slow', number>>;
  /** Reports changes until the signal; absent: the account reports none, and is read at intervals only. */
  changes?(changed: () => void, signal: AbortSignal): Promise<void>;
  /** Answers to GET /api/NAME. */
  readonly reads: Readonly<Record<string, (fields: Fields) => Promise<Json>>>;
  /** Answers to POST /api/NAME, which change something. {}: the console is read-only. */
  readonly acts: Readonly<Record<string, (fields: Fields) => Promise<Json>>>;
  /** Returns the page of an incident as HTML. */
  page(rollback: string): Promise<string>;
};

type Parts = () => Promise<Readonly<Record<string, Json>>>;
