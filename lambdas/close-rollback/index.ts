import { realMissing } from '../operations/limit-missed.ts';
import { claimsIn } from '../stores/claims.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { rowWindowIn } from '../stores/row-window.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import { realDb } from '../wiring/db.ts';
import { realHistory } from '../wiring/history.ts';
import { required } from '../wiring/settings.ts';
import { closingRollback } from './handler.ts';

const db = realDb();
const state = required('STATE_TABLE');

export const handler = closingRollback({
  ...realMissing(db),
  recentRollbacks: recentRollbacksIn(db, state),
  claims: claimsIn(db, state),
  rowWindow: rowWindowIn(db, state),
  frozen: rollbackScopesIn(db, state),
  unreached: unreachedIn(db, state),
  locks: fleetLocksIn(db, state),
  history: realHistory(db),
  now: Date.now,
});
