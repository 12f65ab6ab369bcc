import { SFNClient } from '@aws-sdk/client-sfn';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { realDb } from '../real-db.ts';
import { realHistory } from '../real-history.ts';
import { releasingTheFleet } from './handler.ts';

const db = realDb();

export const handler = releasingTheFleet({
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: realHistory(db),
  statusOf: statusOn(new SFNClient({})),
  now: Date.now,
});
