import { reviewTheRollbackHandler } from '../review-the-rollback/handler.ts';
import { reviewsIn } from '../stores/reviews.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import type { Settings } from './settings.ts';

export function wireReviewTheRollback(clients: Pick<Clients, 'dynamoDb'>, settings: Settings, clock: Clock) {
  return reviewTheRollbackHandler({
    history: historyWithBuffer(clients.dynamoDb, settings, clock),
    reviews: reviewsIn(clients.dynamoDb, settings('STATE_TABLE')),
    now: clock.now,
  });
}
