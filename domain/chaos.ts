/** The faults that infra/host-scripts/chaos.py puts on a host, by the names of the rehearsals' faults. */
export const chaosFaults = {
  'dirty-tree': 'a tracked file is changed by hand',
  'lose-tag': "the phase's target tag is missing",
  'lock-database': 'another process holds the write lock of a database',
  'disk-full': 'a step finds no room for what it must keep',
  'stop-agent': 'the SSM agent is stopped, so the host is away',
} as const;
export type ChaosFault = keyof typeof chaosFaults;

/** Seconds that a fault may last; the script refuses others. */
export const chaosSeconds = { least: 10, most: 3600 } as const;
