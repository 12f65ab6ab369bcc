import type { RollbackEvent } from './event.ts';

/** A person's word that they heard a page, in the RECORD. */
export type AcknowledgementRecord = {
  /** The name that the person gave: a claim, kept apart from the principal. */
  readonly operator: string;
  readonly at: string;
  /** The page: a question, a wait for the fleet, or the ending. */
  readonly about: string;
  /** ARN of the execution that gave it. */
  readonly by: string;
  /** ARN of the principal that started that execution, from CloudTrail; null: not known yet. */
  readonly principal: string | null;
};
type Acknowledged = { readonly acknowledged?: readonly AcknowledgementRecord[] };

/** Applies an event to the acknowledgements of a record. Returns nothing to change if the event is not about them. */
export function withAcknowledgements({ acknowledged = [] }: Acknowledged, event: RollbackEvent): Acknowledged {
  const { type, detail, at } = event;
  if (type === 'Acknowledged') {
    const { operator, about, by } = detail as unknown as AcknowledgementRecord;
    return { acknowledged: [...acknowledged, { operator, at, about, by, principal: null }] };
  }
  const { by, principal } = detail as { readonly by?: string; readonly principal?: string };
  if (type !== 'Principal verified' || principal === undefined || !acknowledged.some((one) => one.by === by)) return {};
  return { acknowledged: acknowledged.map((one) => (one.by === by ? { ...one, principal } : one)) };
}
