import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { fleetLocksIn } from '../../lambdas/stores/fleet-lock.ts';
import { rollbackScopesIn } from '../../lambdas/stores/rollback-scope.ts';
import { rowWindowIn } from '../../lambdas/stores/row-window.ts';
import { unreachedIn } from '../../lambdas/stores/unreached-hosts.ts';

/** Fleet locks, scopes, row windows and unreached hosts, in real tables. */
export const fleetStores = (db: DynamoDBDocumentClient) => ({
  scopes: rollbackScopesIn(db, 'state'),
  locks: fleetLocksIn(db, 'state'),
  rowWindow: rowWindowIn(db, 'state'),
  unreached: unreachedIn(db, 'state'),
});
