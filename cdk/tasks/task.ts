import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CalendarSetting } from '../../domain/calendar/calendar-setting.ts';
import type { FlagValue } from '../../domain/flag.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import type { TrustEvidenceAge } from '../../domain/ready/account-lines.ts';
import type { ComparedParts } from '../../domain/truth/compared-parts.ts';
import type { FlagLayers } from '../flag-layers.ts';
import type { HistoryBucket } from '../history-bucket.ts';
import type { Operators } from '../operators.ts';
import type { Tables } from '../tables.ts';

export interface TasksProps {
  readonly environmentName: string;
  readonly environment: Environment;
  /** The trading sessions of the phases; absent: the environment names no venues. */
  readonly calendar?: CalendarSetting | undefined;
  readonly tables: Tables;
  readonly exports: HistoryBucket;
  readonly flags: FlagLayers;
  readonly operators: Operators;
  readonly triggers: Triggers;
  readonly firstFlags: Readonly<Record<string, FlagValue | null>>;
  /** Texts of infra/notifications, by file name without ending. */
  readonly templates: Readonly<Record<string, string>>;
  readonly phases: readonly number[];
  readonly trustEvidence: TrustEvidenceAge;
  /** Rendered definitions by machine name. */
  readonly definitions: Readonly<Record<string, string>>;
  /** The tag that each phase's rollback restores, by phase; absent: it restores no code. */
  readonly targets: Readonly<Record<string, string>>;
  /** The flags and paths by which hosts are compared, from the runbooks. */
  readonly compared: ComparedParts;
  /** ARNs of the documents by their purpose: change hosts, read flags there, check hosts, check hosts for a person. */
  readonly documents: {
    readonly steps: readonly string[];
    readonly flags: readonly string[];
    readonly checks: readonly string[];
    readonly looks: readonly string[];
    /** Prepare a host for a deployment. */
    readonly preparing: readonly string[];
    /** Report a host's versions and flags, before a rollback decides what it restores. */
    readonly opening: readonly string[];
    /** Look whether a rollback would find on a host what it needs. */
    readonly readying: readonly string[];
    /** Report what a host runs, to compare hosts. */
    readonly comparing: readonly string[];
    /** Halt trading, and resume it. */
    readonly holding: string[];
    readonly halting: readonly string[];
    readonly resuming: readonly string[];
    /** Every document's name, and the hash of its reviewed content. */
    readonly every: readonly string[];
    readonly reviewed: readonly { readonly name: string; readonly sha256: string }[];
  };
}

/** The product around a function, from which its settings and rights are made. */
export interface TaskContext extends TasksProps {
  /** Gives ARNs their account and region. */
  readonly scope: Construct;
}

/** One function of lambdas/: what it may do, what it is given, and why. */
export interface Task {
  /** Its folder in lambdas/, and the function's name after `rollback-<environment>-`. */
  readonly name: string;
  readonly timeoutSeconds: number;
  /** Environment variables, beside the names of the two tables that every function gets. */
  readonly settings: (context: TaskContext) => Readonly<Record<string, string>>;
  /** Every right of its role, beside writing its own log and traces. */
  readonly rights: (context: TaskContext) => readonly PolicyStatement[];
  /** Limits the function to one invocation at a time: two would do the same work twice. */
  readonly oneAtATime?: true;
}

/** The timeout of functions that wait for no host: below the 60 s after which their state gives up. */
export const shortTimeoutSeconds = 50;

/** The timeout of functions that poll hosts. They then throw StillRunning, and their state calls them again. */
export const hostTimeoutSeconds = 300;

/** For functions without settings of their own. */
export const noSettings = () => ({});
