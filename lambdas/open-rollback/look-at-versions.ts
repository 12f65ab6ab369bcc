import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { FleetHost } from '../../domain/host/inventory.ts';
import {
  type ForbiddenOnHosts,
  forbiddenOnHosts,
  stepsFor,
  type VersionLook,
  versionReport,
} from '../../domain/plan/forbidden-on-hosts.ts';
import type { Rollback } from '../middleware/payload.ts';
import { askedOnce } from '../operations/asked-once.ts';
import { freezeHosts, NoHostOnline, type Tagged } from '../operations/freeze-hosts.ts';
import type { HostReadDeps } from '../operations/host-attempt.ts';
import type { KnownDocuments } from '../operations/reviewed-document.ts';
import type { StoredVerdict } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { OpenRequest, PhaseLook } from './opening.ts';

export type LookDeps = HostReadDeps & Tagged & { readonly knownDocuments?: KnownDocuments };

/** The hosts' reports on one phase. `reports`: as the history has them. */
export type PhaseLooks = { readonly looks: readonly VersionLook[]; readonly reports: readonly StoredVerdict[] };

/**
 * Asks every host that is online for the versions of one phase. Changes nothing there, and needs no fleet.
 *
 * A host that does not report in time, or cannot be asked, has a look without a report: the opening never fails because of it.
 */
export async function lookAtVersions(
  deps: LookDeps,
  {
    request,
    cause,
    rollback,
  }: { readonly request: OpenRequest; readonly cause: RollbackCause; readonly rollback: Rollback },
  { command }: Pick<PhaseLook, 'command'>,
  remaining: () => number,
): Promise<PhaseLooks> {
  const { execution, documents } = request;
  const own = documents.filter(({ name }) => name === command.document);
  const asked = { hosts: [] as readonly Pick<FleetHost, 'name'>[] };
  try {
    const frozen = await freezeHosts(deps, own, cause.only_hosts);
    asked.hosts = frozen.hosts;
    const scope: RollbackScope = {
      ...frozen,
      ...{ execution_arn: execution.id, only_hosts: cause.only_hosts, steps: [], deployment: null },
      ...{ window_start: `${execution.start_time.slice(0, 19)}Z`, deadline: rollback.deadline },
    };
    const reports = await askedOnce(deps, { rollback, command }, scope, remaining);
    return { looks: reports.map(lookIn), reports };
  } catch (error) {
    if (error instanceof NoHostOnline) return { looks: [], reports: [] };
    const { name, message } = error as Error;
    console.warn(`The hosts could not be asked for their versions: ${name}: ${message}`);
    return { looks: asked.hosts.map((one) => ({ host: one.name, report: null, reason: message })), reports: [] };
  }
}

function lookIn({ name, verdict, reason, report }: StoredVerdict): VersionLook {
  const found = verdict === 'done' ? versionReport(report) : undefined;
  return found
    ? { host: name, report: found }
    : { host: name, report: null, reason: reason ?? 'its report cannot be read' };
}

/** Everything that decides whether hosts could come to a forbidden pair. */
type Judged = {
  /** The phases of the rollback, the latest first. */
  readonly parts: readonly PhaseLook[];
  readonly targetOf: (phase: number) => { readonly version: string; readonly deployed_as?: string };
  readonly looksOf: (phase: number) => readonly VersionLook[];
  /** The sentences from the files alone, for hosts that did not report. Undefined: a rollback of several phases. */
  readonly declared: readonly string[] | undefined;
};

/** Returns the forbidden pairs that hosts could come to. Those that did not report count as the files declare. */
export function forbiddenIn({ parts, targetOf, looksOf, declared }: Judged): ForbiddenOnHosts[] {
  const ordered = parts.map(({ phase, paths = [], steps = [] }) => ({ phase, paths, steps }));
  return parts.flatMap(({ phase, forbidden = [] }) => {
    if (forbidden.length === 0) return [];
    const looks = looksOf(phase);
    const silent = looks.filter(({ report }) => report === null).map(({ host }) => host);
    const unread = silent.length === 0 && looks.length > 0 ? [] : declaredIn(declared, phase);
    return [
      ...forbiddenOnHosts({ forbidden, steps: stepsFor(phase, ordered), target: targetOf(phase) }, looks),
      ...unread.map((says) => ({ says, hosts: silent })),
    ];
  });
}

/** A rollback of several phases has no sentences from the files: only a person starts it. */
const declaredIn = (declared: readonly string[] | undefined, phase: number): readonly string[] =>
  declared ?? [`Hosts that did not report what they run could come to a forbidden pair of phase ${phase}.`];
