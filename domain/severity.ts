/** The severities of the procedure's decision matrix, worst first. */
export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Severity = (typeof severities)[number];

/**
 * The limit of a rollback per severity, in minutes from start_time.
 * Source: procedure, "Severity Levels" (< 15 minutes, < 1 hour, < 4 hours, next release).
 * LOW has no limit there; a LOW rollback that a person starts by hand gets the limit of MEDIUM.
 */
export const limitMinutes: Readonly<Record<Severity, number>> = { CRITICAL: 15, HIGH: 60, MEDIUM: 240, LOW: 240 };

/** Returns whether the first severity is worse than the second. */
export const isWorse = (one: Severity, other: Severity): boolean => severities.indexOf(one) < severities.indexOf(other);
