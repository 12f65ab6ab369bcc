import type { RollbackRecord } from '../history/record.ts';
import type { Environment } from '../infra/environment.ts';
import { targetSentences } from '../target/chosen-target.ts';
import { effectLines, type PlannedRunbook, phaseName, planOf } from './plan.ts';

type Payload = { readonly runbooks?: readonly PlannedRunbook[] };
type State = { readonly Arguments?: { readonly Payload?: Payload } };

/** Returns the runbooks of all phases with which a machine asks people, by its definition; undefined if it asks without any. */
export function runbooksIn(definition: string): readonly PlannedRunbook[] | undefined {
  const { States = {} } = JSON.parse(definition) as { readonly States?: Readonly<Record<string, State>> };
  const payloads = Object.values(States).map(({ Arguments }) => Arguments?.Payload);
  return payloads.find((payload) => Array.isArray(payload?.runbooks))?.runbooks;
}

type Decided = Pick<RollbackRecord, 'phase' | 'phases' | 'deployment' | 'hosts_not_online' | 'also_undone' | 'targets'>;

/**
 * Returns the effect of answering *rollback*, in sentences: the version, the other phases, the flags and the hosts that are left out.
 * Null: it is not known, and a person must make a plan before the answer.
 */
export function decidedEffect(
  record: Decided,
  runbooks: readonly PlannedRunbook[] | undefined,
  confirm: Environment['confirm'],
): string[] | null {
  const runbook = runbooks?.find(({ phase }) => phase === record.phase);
  if (!runbooks || !runbook || record.phases) return null;
  const found = { hosts: [], not_online: record.hosts_not_online, deployment: record.deployment };
  const plan = planOf({ runbook, all: runbooks, confirm }, found);
  const chosen = record.targets?.find(({ phase }) => phase === record.phase);
  return effectLines({
    ...plan,
    ...(chosen ? { target_version: chosen.version, targets_why: targetSentences([chosen]) } : {}),
    also_undoes: runbooks.filter(({ phase }) => record.also_undone.includes(phase)).map(phaseName),
  });
}
