import { contentHash } from '../content-hash.ts';
import { type KeptVerdict, reportsHash } from '../host/host-reports.ts';
import { type Chain, firstBreak, type RollbackEvent } from './event.ts';
import { type RollbackRecord, recordOf } from './record.ts';

/** Whether a history can be believed, in a sentence for the auditor. */
type Wholeness = { readonly whole: boolean; readonly says: string };

export type Evidence = {
  readonly record: RollbackRecord;
  readonly events: readonly RollbackEvent[];
  /** Every host's verdict on every step. */
  readonly hosts: readonly KeptVerdict[];
  /** The chain's end as the execution's own history last had it; undefined: Step Functions forgets after 90 days. */
  readonly witness: Chain | undefined;
};

/**
 * Whole: no event is changed, missing or out of place, also not at the end; the stored RECORD is what the events add up to;
 * and every host's report is the one that its step's event tells of.
 */
export function historyIntegrity({ record, events, hosts, witness }: Evidence): Wholeness {
  const broken = firstBreak(events) ?? (events.length < record.events ? events.length + 1 : undefined);
  if (broken !== undefined) return not(`BROKEN at event ${broken}: changed, missing or out of place`);
  if (witness && events[witness.count - 1]?.hash !== witness.head)
    return not(`BROKEN: the execution knew an event ${witness.count} that is not there, or was another`);
  const made = recordOf(events);
  const differing = (Object.keys(made) as (keyof RollbackRecord)[]).filter(
    (name) => contentHash(made[name]) !== contentHash(record[name] ?? null),
  );
  if (differing.length > 0) return not(`The RECORD is NOT what its events say: ${differing.join(', ')}`);
  const changed = changedReports(events, hosts);
  if (changed.length > 0) return not(`Hosts' reports are NOT what the events tell of: ${changed.join(', ')}`);
  const checked = witness ? '' : '; its execution, the other witness, says nothing of it';
  return {
    whole: true,
    says: `whole: ${events.length} events, head ${record.head}; the record is what they say${checked}`,
  };
}

const not = (says: string): Wholeness => ({ whole: false, says });

/** Steps whose reports are not those that the newest event about them was made from. */
function changedReports(events: readonly RollbackEvent[], hosts: readonly KeptVerdict[]): string[] {
  const told: Record<string, unknown> = Object.assign({}, ...events.map(({ detail }) => detail['reports'] ?? {}));
  return Object.keys(told).filter((step) => told[step] !== reportsHash(hosts.filter((one) => one.step === step)));
}
