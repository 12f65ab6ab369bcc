import type { StoredVerdict } from '../stores/history.ts';

/** The newest verdicts on the checks of health; `verdicts` reads those of checks that an earlier invocation had begun. */
type Seen = {
  readonly healths: readonly { readonly id: string }[];
  readonly own: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly host: { readonly name: string }; readonly report: Report }>
  >;
  readonly verdicts: () => Promise<readonly StoredVerdict[]>;
};
type Report = Readonly<Record<string, unknown>> | null;

/** Returns the names of the hosts on which people have halted trading, by their own reports on their health (infra/host-scripts/health.py). */
export async function haltedHosts({ healths, own, verdicts }: Seen): Promise<string[]> {
  const unseen = healths.filter(({ id }) => !own.has(id)).map(({ id }) => id);
  const stored = unseen.length > 0 ? (await verdicts()).filter(({ step }) => unseen.includes(step)) : [];
  const seen = healths.flatMap(({ id }) => [...(own.get(id)?.values() ?? [])]);
  const reports = [
    ...stored.map(({ name, report }) => ({ name, report })),
    ...seen.map(({ host, report }) => ({ name: host.name, report })),
  ];
  return [
    ...new Set(reports.filter(({ report }) => typeof report?.['held_by'] === 'string').map(({ name }) => name)),
  ].toSorted();
}
