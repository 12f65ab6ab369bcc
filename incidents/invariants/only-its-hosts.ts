import { type Invariant, named } from './invariant.ts';
import { runsIn } from './runs.ts';

export const onlyItsHosts: Invariant = {
  name: 'only-its-hosts',
  says: 'A rollback of some hosts does no step on another one.',
  breaks: (evidence) => {
    const steps = runsIn(evidence).filter(({ kind, line }) => kind === 'step' && line?.verdict === 'done');
    return evidence.rollbacks.flatMap((rollback) => {
      const only = rollback.record?.only_hosts;
      if (!only) return [];
      return steps
        .filter((run) => run.rollback === rollback.id && !only.includes(run.host))
        .map(({ step, host }) => `${named(rollback)} covers only ${only.join(', ')}, and ${host} did its ${step}`);
    });
  },
};
