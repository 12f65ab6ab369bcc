import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { fleetLocksIn } from '../../lambdas/fleet-lock.ts';
import { frozenIn } from '../../lambdas/frozen.ts';
import { rowWindowIn } from '../../lambdas/row-window.ts';
import { unreachedIn } from '../../lambdas/unreached.ts';

/** Who holds a fleet, which hosts and rows a rollback acts on, and which hosts it passed by: in real tables. */
export const fleetStores = (db: DynamoDBDocumentClient) => ({
  frozen: frozenIn(db, 'state'),
  locks: fleetLocksIn(db, 'state'),
  rowWindow: rowWindowIn(db, 'state'),
  unreached: unreachedIn(db, 'state'),
});
