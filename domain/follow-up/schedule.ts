/**
 * The checks of a follow-up, in hours after the end of the rollback (procedure, "Post-Rollback Procedures"): the first four hours, the first
 * day, and until the sixth day, so that a trading session ends meanwhile, also after a weekend with holidays on both sides.
 */
const looks = [0.5, 1, 2, 3, 4, 8, 12, 18, 24, 48, 96, 144] as const;
/** Checks that ask no host: alarms and tasks only. */
const withoutHosts = [168] as const;

const hour = 3600_000;

/** The hours after which each report is drafted, or drafted again with what has happened since. */
export const draftedAfter = { interim: [4, 24], 'post-mortem': [24, 168] } as const;
export type ReportKind = keyof typeof draftedAfter;
export const reportKinds = Object.keys(draftedAfter) as ReportKind[];

/** The end of the watch on every host, and of the follow-up itself, in hours after the end of the rollback. */
export const watchHours = Math.max(...looks);
export const followUpHours = Math.max(...withoutHosts);

/** A check that is due. `at`: ISO 8601 as a Wait state takes it. `hosts`: whether every host is asked. */
export type NextCheck = { readonly at: string; readonly hours: number; readonly hosts: boolean };

/** The same as the machine keeps it. `next`: null, the follow-up is over. */
export type NextInMachine = { readonly next: string | null; readonly hosts: boolean; readonly minutes: number };

export const inMachine = (next: NextCheck | null): NextInMachine => ({
  next: next?.at ?? null,
  hosts: next?.hosts ?? false,
  minutes: (next?.hours ?? 0) * 60,
});

/** Returns the first check later than `after`, in epoch milliseconds; null: the follow-up is over. `closed`: ISO 8601, the rollback's end. */
export function nextCheck(closed: string, after: number): NextCheck | null {
  const end = Date.parse(closed);
  const all = [
    ...looks.map((hours) => ({ hours, hosts: true })),
    ...withoutHosts.map((hours) => ({ hours, hosts: false })),
  ];
  const next = all.find(({ hours }) => end + hours * hour > after);
  return next ? { at: hoursAfter(closed, next.hours), ...next } : null;
}

/** Returns the newest check that was due at an instant, in hours after the end; 0: none was due yet. */
export const hoursDue = (closed: string, now: number): number =>
  [...looks, ...withoutHosts].findLast((hours) => Date.parse(closed) + hours * hour <= now) ?? 0;

/** Returns an instant some hours after another one, ISO 8601. */
export const hoursAfter = (at: string, hours: number): string => new Date(Date.parse(at) + hours * hour).toISOString();
