import { isDeepStrictEqual } from 'node:util';
import { checkIds } from '../../domain/infra/runbook-steps.ts';
import { type Evidence, type Rollback, type Status, statusesReadAt } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';
import { type Run, runsIn } from './runs.ts';

const [confirmCheckId] = checkIds;

export const oneRollbackPerHost: Invariant = {
  name: 'one-rollback-per-host',
  says: 'Two rollbacks never act on one host at once.',
  breaks: (evidence) => {
    const ran = runsIn(evidence).filter(({ line }) => line && line.verdict !== 'refused');
    const late = ran.flatMap((run, i) => {
      const newer = ran.slice(0, i).find(({ host, fence }) => host === run.host && fence > run.fence);
      return newer ? [`${run.host} ran ${what(run)} after ${what(newer)}, which has a higher fence`] : [];
    });
    return [...late, ...sentAfterLoss(evidence, ran)];
  },
};

const what = ({ rollback, step, fence }: Run) => `${step} of rollback ${rollback.slice(0, 8)} (fence ${fence})`;

/** Returns the steps that a rollback sent to a host after another rollback had taken the fleet. */
function sentAfterLoss({ rollbacks }: Evidence, ran: readonly Run[]): string[] {
  const taken = rollbacks.flatMap(({ id, events }) =>
    events
      .filter(({ type }) => type === 'Fleet taken')
      .map(({ at, detail }) => ({ id, at, fence: Number(detail['fence']) })),
  );
  return ran.flatMap((run) => {
    const next = taken.find(({ fence, at }) => fence > run.fence && milliseconds(at) < milliseconds(run.sent));
    return next ? [`${what(run)} was sent to ${run.host} after rollback ${next.id.slice(0, 8)} took the fleet`] : [];
  });
}

export const effectOnce: Invariant = {
  name: 'effect-once',
  says: 'Each destructive step takes effect at most once per host and fence.',
  breaks: (evidence) => {
    const first = new Map<string, Run>();
    return runsIn(evidence)
      .filter(({ kind, line }) => kind === 'step' && line?.verdict === 'done')
      .flatMap((run) => {
        const key = [run.rollback, run.fence, run.step, run.host].join(' ');
        const before = first.get(key);
        if (!before) first.set(key, run);
        return before && before.output !== run.output
          ? [`${run.host} did ${what(run)} twice: ${before.output}, then ${run.output}`]
          : [];
      });
  },
};

/** The part of a host's status that shows whether a phase is at target. */
const targets: Readonly<Record<number, (status: Status) => Record<string, unknown>>> = {
  1: ({ version, data_source }) => ({ version, data_source }),
  2: ({ flow_v3, algorithm_version }) => ({ flow_v3: flow_v3 === 'changed' ? flow_v3 : 'restored', algorithm_version }),
  3: ({ integration, configuration, ab_testing }) => ({ integration, configuration, ab_testing }),
  4: ({ components_running, phase4_files, phase4_rows }) => ({ components_running, phase4_files, phase4_rows }),
};
const atTarget: Readonly<Record<number, Record<string, unknown>>> = {
  1: { version: 'pre-phase1-stable', data_source: 'barchart' },
  2: { flow_v3: 'restored', algorithm_version: 'v1.0' },
  3: { integration: 'pre-phase3', configuration: 'backup', ab_testing: false },
  4: { components_running: [], phase4_files: 0, phase4_rows: 0 },
};

/** The same at v1.3.1, to which a rollback goes back if a deployment replaced it (incidents/arbitrary.ts). Flags and configuration are those of the steps. */
const atReplaced: Readonly<Record<number, Record<string, unknown>>> = {
  1: { version: 'v1.3.1', data_source: 'barchart' },
  2: { flow_v3: 'changed', algorithm_version: 'v1.0' },
  3: { integration: 'changed', configuration: 'backup', ab_testing: false },
};

/** Returns the part of a host's status that a rollback of a phase must have led to, by the target that it chose. */
const expectedOf = ({ record }: Rollback, phase: number): Record<string, unknown> => {
  const replaced = record?.targets?.some((one) => one.phase === phase && one.deployed_as !== undefined);
  return (replaced ? atReplaced[phase] : undefined) ?? atTarget[phase] ?? {};
};

export const rolledBackMeansAtTarget: Invariant = {
  name: 'rolled-back-means-at-target',
  says: 'No rollback ends *Rolled back* while a host of the fleet is not at target.',
  breaks: (evidence) =>
    evidence.rollbacks
      .filter(({ record }) => record?.ending === 'Rolled back')
      .flatMap((rollback) => hostsNotAtTarget(evidence, rollback)),
};

/** A person may have had a rollback begin after steps that an earlier one did on every host. */
export const rolledBackMeansActed: Invariant = {
  name: 'rolled-back-means-acted',
  says: 'No rollback ends *Rolled back*, verified or not, without a step that a host did.',
  breaks: ({ rollbacks }) =>
    rollbacks
      .filter(({ record }) => record?.ending?.startsWith('Rolled back') && !record.begins_at)
      .filter(
        ({ events }) => !events.some(({ type, detail }) => type === 'Step done' && Number(detail['hosts_done']) > 0),
      )
      .map((one) => `${named(one)} ended ${one.record?.ending}, and no host did a step`),
};

/** Of several phases, those that no later part changes again: the lowest, and phase 4, which restores no code. */
const judgedPhases = ({ phase, record }: Rollback): number[] =>
  record?.phases ? record.phases.filter((one) => one === phase || one === 4) : [phase];

function hostsNotAtTarget(evidence: Evidence, rollback: Rollback): string[] {
  const { execution, record } = rollback;
  const statuses = evidence.hostsAt.get(execution?.arn ?? '') ?? {};
  const covered = (name: string) => record?.only_hosts === null || record?.only_hosts?.includes(name);
  return Object.entries(statuses).flatMap(([name, status]) =>
    judgedPhases(rollback).flatMap((phase) => {
      const found = targets[phase]?.(status) ?? {};
      const expected = expectedOf(rollback, phase);
      const different = Object.keys(expected).filter((part) => !isDeepStrictEqual(found[part], expected[part]));
      if (different.length === 0 || !covered(name) || isExcused(evidence, rollback, { name, different })) return [];
      return [
        `${named(rollback)} ended Rolled back with ${name} at ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`,
      ];
    }),
  );
}

/**
 * The hosts' programs notice a fault with their next tick, at most so much later. One of phase 3 makes the router of the sample write another
 * share of trades into the configuration, a file of the tree that phase 1 restores.
 */
const mostTickSeconds = 10;

/** A host, and the parts of its status that are not at target. */
type Host = { readonly name: string; readonly different: readonly string[] };

/**
 * The last look at a part. Phase 3's configuration has no look after the step that resets it: other phases write the same
 * file, and `rollback verify` compares it (infra/runbooks/phase-3-integration.yaml).
 */
const lastLookAt = ({ different }: Host): string =>
  different.every((part) => part === 'configuration') ? 'reset-configuration' : confirmCheckId;

const isBetween = (at: string, from: unknown, to: unknown) =>
  milliseconds(at) >= milliseconds(from) && milliseconds(at) <= milliseconds(to);

/** A host that left so never returns, whatever happens to it afterwards. */
const forGood: readonly string[] = ['terminated', 'deregistered'];

/**
 * Whether a host had left the fleet, was changed by hand or by a fault of another phase after the last look at the changed part was sent,
 * or by the next rollback. The hosts' statuses are those of a later instant than the ending: an outage may keep the closing for minutes, and
 * the fleet is free by then.
 */
function isExcused({ story, start, happened }: Evidence, rollback: Rollback, one: Host): boolean {
  const { name } = one;
  const { id, execution, record } = rollback;
  const secondsTo = (at: unknown) => (milliseconds(at) - start) / 1000;
  const closed = happened.find((one) => one.execution === execution?.arn && one.name === statusesReadAt);
  const ended = secondsTo(closed?.at ?? record?.completion_time);
  const states = story.when.flatMap(({ at, host }) =>
    at <= ended && host?.name === name && 'state' in host ? [host.state] : [],
  );
  if (states.some((state) => forGood.includes(state))) return true;
  const last = states.findLast((state) => state === 'tagged' || state === 'untagged');
  if (last === 'untagged') return true;
  const runs = runsIn({ happened });
  if (
    runs.some(
      (run) => run.rollback !== id && run.host === name && isBetween(run.sent, record?.completion_time, closed?.at),
    )
  )
    return true;
  const look = runs.findLast(
    ({ rollback, step, host }) => rollback === id && step.endsWith(lastLookAt(one)) && host === name,
  );
  if (!look) return false;
  const looked = secondsTo(look.sent);
  return story.when.some(({ at, host, code, fault }) => {
    if (at > ended) return false;
    if (host && 'state' in host) return false;
    if (fault && fault.phase !== rollback.phase) return (fault.host ?? name) === name && at + mostTickSeconds >= looked;
    const changed = host ? host.name === name : code !== undefined && (code.host ?? name) === name;
    return changed && at >= looked;
  });
}
