import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmsOn } from '../alarms.ts';
import { claimsIn } from '../claims.ts';
import { required } from '../environment.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { realDb } from '../real-db.ts';
import { realHistory } from '../real-history.ts';
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
