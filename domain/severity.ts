/** The procedure's decision matrix: how bad it is, and within how many minutes it must be over. */
export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Severity = (typeof severities)[number];

/**
 * Minutes from start_time (seed, "Severity Levels": < 15 minutes, < 1 hour, < 4 hours, next release).
 * LOW has no limit there; a person who starts a LOW rollback by hand gets MEDIUM's.
 */
export const limitMinutes: Readonly<Record<Severity, number>> = { CRITICAL: 15, HIGH: 60, MEDIUM: 240, LOW: 240 };

/** Whether one is worse than another. */
export const isWorse = (one: Severity, other: Severity): boolean => severities.indexOf(one) < severities.indexOf(other);
