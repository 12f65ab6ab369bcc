import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmsOn } from '../clients/alarms.ts';
import { claimsIn } from '../stores/claims.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { realDb } from '../wiring/db.ts';
import { realHistory } from '../wiring/history.ts';
import { required } from '../wiring/settings.ts';
import { takingTheFleet } from './handler.ts';

const db = realDb();

export const handler = takingTheFleet({
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: realHistory(db),
  claims: claimsIn(db, required('STATE_TABLE')),
  alarms: alarmsOn(new CloudWatchClient({})),
  environment: required('ENVIRONMENT'),
  now: Date.now,
});
