import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

type Stored = Readonly<Record<string, unknown>>;

/**
 * Where a rollback's stored events are no unbroken chain that its record ends; one sentence, or none.
 *
 * Made without the product's own code: SHA-256 over an event's canonical JSON (RFC 8785) without its hash and its place
 * in the table.
 */
export function brokenChain(events: readonly Stored[], record: Stored | undefined): string[] {
  let head = '0'.repeat(64);
  for (const [index, { pk: _pk, sk: _sk, hash, ...event }] of events.entries()) {
    const own = createHash('sha256')
      .update(canonicalize(event) ?? '')
      .digest('hex');
    if (event['sequence'] !== index + 1 || event['previous_hash'] !== head || hash !== own)
      return [`history: the chain breaks at event ${index + 1} (${String(event['type'])})`];
    head = own;
  }
  if (record && (record['events'] !== events.length || record['head'] !== head))
    return [`history: the record was made of ${String(record['events'])} events, and there are ${events.length}`];
  return [];
}
