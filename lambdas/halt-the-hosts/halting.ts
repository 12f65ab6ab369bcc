import type { Host } from '../../domain/host/host-verdict.ts';
import type { FleetHost } from '../../domain/host/inventory.ts';
import type { TradingRequest } from '../../domain/trading/halt-request.ts';
import type { HaltResult, NotConfirmed } from '../../domain/trading/halt-result.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { SentCommand, Unsent } from '../operations/direct-commands.ts';
import type { TellOfTrading } from '../operations/tell-of-trading.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { MarketDeps } from './market.ts';

export type HaltDeps = MarketDeps & {
  readonly managedInstances: ManagedInstances;
  /** Every host of the fleet, also those that Systems Manager does not list. Reads EC2 and a table, so it may fail. */
  readonly allHosts: () => Promise<readonly FleetHost[]>;
  readonly runCommand: Pick<RunCommand, 'send' | 'invocations'>;
  readonly tell: TellOfTrading;
  readonly contact: string;
  readonly tag: { readonly key: string; readonly value: string };
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** The messages of a halt that SNS has not taken yet. */
export type Untold = { readonly messages: readonly string[]; readonly problem: string };

export type Halted = HaltResult & {
  /** The broker or exchange to call. */
  readonly contact: string;
  /** Messages that are still owed to people. Absent: people know the result. */
  readonly untold?: Untold;
  /** Why the halt failed. */
  readonly problem?: string;
  /** The halt as the next look continues it. Absent: everything is known. */
  readonly waiting?: Halting;
};

/** A halt that was sent. */
export type Halting = {
  readonly request: TradingRequest;
  readonly documents: RollbackScope['documents'];
  readonly hosts: readonly Host[];
  readonly commands: readonly SentCommand[];
  /** When the first command was sent, ISO 8601. Absent: an earlier release sent it. */
  readonly sent_at?: string;
  readonly unsent: readonly Unsent[];
  /** Names of the request that Systems Manager does not list. */
  readonly missing: readonly string[];
  /** The messages that were sent. */
  readonly told: readonly string[];
  /** The hosts that no halt could reach. Absent: not read yet. */
  readonly unlisted?: Unlisted;
};

/** The hosts of the fleet that no halt could reach, because Systems Manager does not list them. */
export type Unlisted = readonly NotConfirmed[];
