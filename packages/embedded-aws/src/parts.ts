import type { MakeEngine } from './dynamodb/dynamodb.ts';
import type { OpenComputers } from './hosts/computers.ts';
import type { StartRuntime } from './lambda/runtime.ts';
import type { Reachable } from './wire/route.ts';

/** The open way into an account. */
export type Way = { readonly url: string; close(): Promise<void> };

/**
 * The parts of an account that a cheaper one may replace. Each is one interface, and everything else is the same in every
 * account.
 */
export type Parts = {
  /** Lets requests reach the account. */
  readonly openWay: (account: Reachable, port: number) => Promise<Way>;
  /** Runs functions. */
  readonly startRuntime: StartRuntime;
  /** Runs scripts and programs on hosts. */
  readonly openComputers: OpenComputers;
  /** Stores items. */
  readonly makeEngine: MakeEngine;
};
