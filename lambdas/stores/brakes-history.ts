import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type BrakeChange, type BrakeEvent, chainedBrake } from '../../domain/history/brake-event.ts';
import { brakesLink } from '../../domain/history/link.ts';
import { brakesChain, eventKey, eventsOf } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { linksIn } from './links.ts';
import { queryItems } from './query-items.ts';

/** The history of the brakes: a chain of events in the history table. */
export type BrakesHistory = {
  /** Appends a change and returns its event. Returns the stored event of a change that the chain has already. */
  append(change: BrakeChange): Promise<BrakeEvent>;
  events(): Promise<BrakeEvent[]>;
  /** Confirms the present end of the chain by a link: whoever changes or deletes an event contradicts it. */
  link(at: string): Promise<void>;
};

/** Far more than the number of people who set the brakes in one second. */
const mostTries = 20;

export function brakesHistoryIn(db: DynamoDBDocumentClient, table: string): BrakesHistory {
  const events = async () =>
    (await queryItems(db, table, eventsOf(brakesChain))).map(({ pk, sk, ...event }) => event as unknown as BrakeEvent);
  return {
    events,
    link: async (at) => {
      const last = (await events()).at(-1);
      if (last) await linksIn(db, table).append(brakesLink({ count: last.sequence, head: last.hash }), { at });
    },
    append: async (change) => {
      for (let attempt = 0; attempt < mostTries; attempt += 1) {
        const known = await events();
        const stored = known.find(({ id }) => id === change.id);
        if (stored) return stored;
        const event = chainedBrake(brakesChain, known, change);
        const Item = { ...eventKey(brakesChain, event.sequence), ...event };
        if (await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' })) return event;
      }
      throw new Error(
        `Event ${change.id} of the brakes could not be appended: ${mostTries} concurrent-write conflicts.`,
      );
    },
  };
}
