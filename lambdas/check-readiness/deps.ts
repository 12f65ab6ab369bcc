import type { Brakes } from '../../domain/brakes/brakes.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import type { FleetHost } from '../../domain/host/inventory.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import type { ForbiddenPair, PairStep } from '../../domain/plan/forbidden-pairs.ts';
import type { AlarmStates, LambdaQuotas, Subscription, TrustEvidenceAge } from '../../domain/ready/account-lines.ts';
import type { Line } from '../../domain/ready/readiness.ts';
import type { ReadyRequest } from '../../domain/ready/ready-request.ts';
import type { MarketOfCheck } from '../../domain/ready/while-closed.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { HostReadDeps } from '../operations/host-attempt.ts';
import type { KnownDocuments } from '../operations/reviewed-document.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { AllDrills, Drills } from '../stores/drills.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { Preparations } from '../stores/preparations.ts';
import type { Contacts, LoadTests, ReadinessStore } from '../stores/readiness.ts';

export type ReadinessDeps = HostReadDeps & {
  readonly environment: string;
  /** The days for which evidence counts. */
  readonly ages: Environment['ready'];
  readonly contacts: Environment['contacts'];
  readonly trustEvidence: TrustEvidenceAge;
  /** `needed`: whether the environment names a script for load tests. */
  readonly loadTests: Pick<LoadTests, 'read'> & { readonly needed: boolean };
  /** Names of the hosts that get a version first; empty: the environment names none. */
  readonly canary: readonly string[];
  /** The hash of each machine's rendered definition, by name. */
  readonly machines: Readonly<Record<string, string>>;
  readonly tag: { readonly key: string; readonly value: string };
  readonly managedInstances: ManagedInstances;
  readonly knownDocuments: KnownDocuments;
  readonly locks: Pick<FleetLocks, 'holder'>;
  readonly readBrakes: BrakesStore['read'];
  readonly preparations: Pick<Preparations, 'of'>;
  readonly deployments: Pick<Deployments, 'recent'>;
  readonly readiness: ReadinessStore;
  readonly confirmedContacts: Pick<Contacts, 'read'>;
  readonly lastDrill: Drills['lastDrill'];
  readonly drills: Drills['all'];
  readonly subscriptions: () => Promise<readonly Subscription[]>;
  readonly definitions: (names: readonly string[]) => Promise<Readonly<Record<string, string | null>>>;
  readonly quotas: () => Promise<LambdaQuotas>;
  readonly alarmStates: () => Promise<AlarmStates>;
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
  /** Counts, for the alarm. */
  readonly countNotReady: () => Promise<void>;
};

/** The part of a runbook that a check needs. */
export type PhaseToCheck = {
  readonly phase: number;
  /** The command that asks a host. The function adds the preparation. */
  readonly command: HostCommand;
  /** The tag that a rollback restores; null: it restores no code. */
  readonly target: string | null;
  /** The later phases whose code lies on the restored paths. */
  readonly also_undone: readonly number[];
  readonly forbidden: readonly ForbiddenPair[];
  readonly steps: readonly PairStep[];
  /** The documents that a rollback of the phase sends. */
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
  /** The ends of the names of the phase's alarms, after `rollback-<environment>-phase-<n>-`. */
  readonly alarms: readonly string[];
};

export type CheckInvocation = {
  readonly execution: {
    readonly id: string;
    readonly name: string;
    readonly start_time: string;
    readonly input: unknown;
  };
  readonly fleet: string;
  readonly phases: readonly PhaseToCheck[];
  /** Every document of the product. */
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};

/** One run of the check. */
export type Checking = {
  readonly request: ReadyRequest;
  readonly id: string;
  readonly hosts: readonly FleetHost[];
  /** The lines that are the same for every phase. */
  readonly common: readonly Line[];
  readonly facts: Facts;
  readonly market: MarketOfCheck;
};

/** The facts that are read once for all phases; an Error: why one could not be read. `states`: of all alarms of phases. */
export type Facts = {
  readonly states: AlarmStates | Error;
  readonly brakes: Brakes | Error;
  readonly drills: AllDrills | Error;
};
export type CheckingPhase = {
  readonly invocation: CheckInvocation;
  readonly checking: Checking;
  readonly one: PhaseToCheck;
};
