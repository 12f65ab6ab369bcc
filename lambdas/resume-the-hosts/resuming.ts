import type { TradingRules } from '../../domain/infra/trading.ts';
import type { HalfRolledBack } from '../../domain/message/half-rolled-back.ts';
import type { AskedOfPeople, Owed } from '../../domain/message/owed-before-resume.ts';
import type { HostTrading } from '../../domain/trading/orders.ts';
import type { FleetTruth } from '../../domain/truth/fleet-truth.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { SeeExecution } from '../clients/see-execution.ts';
import type { TellOfTrading } from '../operations/tell-of-trading.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';

export type ResumeDeps = {
  /** Systems Manager's documents, and the hosts of the whole inventory. */
  readonly managedInstances: ManagedInstances;
  readonly runCommand: Pick<RunCommand, 'send' | 'invocations'>;
  readonly history: Pick<BrakesHistory, 'events' | 'append' | 'link'>;
  /** The rollback that holds the fleet, and those that left it half rolled back. */
  readonly queue: () => Promise<{
    readonly holder: { readonly rollback: string } | undefined;
    readonly half: readonly HalfRolledBack[];
  }>;
  /** Returns what rollbacks that ended well have left: hosts, and steps on every host. */
  readonly owed: () => Promise<Owed>;
  /** Returns the newest comparison of the hosts. */
  readonly truth: () => Promise<FleetTruth>;
  /** Returns the newest questions of all phases, decided or not. */
  readonly asked: () => Promise<readonly AskedOfPeople[]>;
  readonly environment: string;
  /** Returns the number of times that the fleet was taken: a request to resume counts only while that is the same. */
  readonly fence: () => Promise<number>;
  readonly see: SeeExecution;
  readonly tell: TellOfTrading;
  readonly rules: Pick<TradingRules, 'approvers' | 'allowed'>;
  readonly tag: { readonly key: string; readonly value: string };
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** The answers of the hosts, and whether trading may resume by them. */
export type Asked = {
  /** null: nothing on the hosts is against it. */
  readonly refused: string | null;
  readonly hosts: readonly HostTrading[];
  readonly halts: readonly string[];
  /** The people who must ask too, beside this one. */
  readonly missing: number;
  /** The names of people whose requests count no more, because a rollback took the fleet since. */
  readonly voided: readonly string[];
};

/** `refused`: why the people who asked are not enough. */
export type Proved = { readonly refused: string | null; readonly approved_by: readonly string[] };

export type Resumed = {
  readonly refused: string | null;
  readonly resumed: readonly string[];
  readonly not_resumed: readonly { readonly host: string; readonly reason: string }[];
  readonly approved_by: readonly string[];
};
