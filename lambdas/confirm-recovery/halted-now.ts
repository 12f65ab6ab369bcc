import { haltedHosts } from '../../domain/host/halted-hosts.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import type { StoredVerdict } from '../stores/history.ts';

/** The newest verdicts on the checks of health; `verdicts` reads those of checks that an earlier invocation had begun. */
type Seen = {
  readonly healths: readonly { readonly id: string }[];
  readonly own: ReadonlyMap<string, ReadonlyMap<string, HostVerdict>>;
  readonly verdicts: () => Promise<readonly StoredVerdict[]>;
};

/** Returns the names of the hosts on which trading is halted, by people or an alarm, by their newest reports on their health. */
export async function haltedNow({ healths, own, verdicts }: Seen): Promise<string[]> {
  const unseen = healths.filter(({ id }) => !own.has(id)).map(({ id }) => id);
  const stored = unseen.length > 0 ? (await verdicts()).filter(({ step }) => unseen.includes(step)) : [];
  const seen = healths.flatMap(({ id }) => [...(own.get(id)?.values() ?? [])]);
  return haltedHosts([...stored, ...seen.map(({ host, report }) => ({ name: host.name, report }))]).toSorted();
}
