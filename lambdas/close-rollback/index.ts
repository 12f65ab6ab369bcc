import { begunIn } from '../begun.ts';
import { claimsIn } from '../claims.ts';
import { required } from '../environment.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { frozenIn } from '../frozen.ts';
import { realMissing } from '../late.ts';
import { realDb } from '../real-db.ts';
import { realHistory } from '../real-history.ts';
import { rowWindowIn } from '../row-window.ts';
import { unreachedIn } from '../unreached.ts';
import { closingRollback } from './handler.ts';

const db = realDb();
const state = required('STATE_TABLE');

export const handler = closingRollback({
  ...realMissing(db),
  begun: begunIn(db, state),
  claims: claimsIn(db, state),
  rowWindow: rowWindowIn(db, state),
  frozen: frozenIn(db, state),
  unreached: unreachedIn(db, state),
  locks: fleetLocksIn(db, state),
  history: realHistory(db),
  now: Date.now,
});
