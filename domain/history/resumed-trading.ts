import type { HostVerdict } from '../host/host-verdict.ts';

/** Verdicts of a step that was never sent to the host: an earlier rollback decides. */
export const notSent: readonly HostVerdict['verdict'][] = ['not started', 'lost'];

type StepVerdict = Pick<HostVerdict, 'verdict' | 'report'> & { readonly step: string; readonly instance_id: string };

/** The steps of a phase, by id. `resuming`: those that resume trading, after the step at which the new rollback begins. */
export type PhaseSteps = { readonly all: readonly string[]; readonly resuming: readonly string[] };

/**
 * Returns the instance ids of the hosts on which an earlier rollback's steps resumed trading, or may have: what it had stopped there may run.
 *
 * A step of the phase that was sent may have resumed trading even if it failed. One that people's halt passed over did not. Steps of other
 * phases, in a rollback of several, are known by their reports alone.
 */
export const resumedOn = (verdicts: readonly StepVerdict[], { all, resuming }: PhaseSteps): string[] => [
  ...new Set(
    verdicts
      .filter(({ step, verdict, report }) =>
        all.includes(step)
          ? resuming.includes(step) && !notSent.includes(verdict) && report?.['held_by'] === undefined
          : report?.['trading'] === 'running',
      )
      .map(({ instance_id }) => instance_id),
  ),
];
