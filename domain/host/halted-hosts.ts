import type { KeptVerdict } from './host-reports.ts';

/** Returns the names of the hosts that report a halt of trading by people, as `held_by` (infra/host-scripts/shared/halted.py). */
export const haltedHosts = (verdicts: readonly Pick<KeptVerdict, 'name' | 'report'>[]): string[] => [
  ...new Set(verdicts.filter(({ report }) => typeof report?.['held_by'] === 'string').map(({ name }) => name)),
];
