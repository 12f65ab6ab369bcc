import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

type StoredItem = Readonly<Record<string, unknown>>;

/**
 * Returns one sentence if a rollback's stored events are not an unbroken chain, or if the record does not end that chain;
 * else [].
 *
 * Calculates the hashes without the product's own code: SHA-256 over an event's canonical JSON (RFC 8785), without the
 * hash itself and without the table's keys.
 */
export function brokenChain(events: readonly StoredItem[], record: StoredItem | undefined): string[] {
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
    return [
      `history: expected the record to end the chain of ${events.length} events, found a record of ${String(record['events'])}`,
    ];
  return [];
}
