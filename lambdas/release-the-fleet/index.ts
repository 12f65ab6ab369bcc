import { SFNClient } from '@aws-sdk/client-sfn';
import { statusOn } from '../clients/execution-status.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { realDb } from '../wiring/db.ts';
import { realHistory } from '../wiring/history.ts';
import { required } from '../wiring/settings.ts';
import { releasingTheFleet } from './handler.ts';

const db = realDb();

export const handler = releasingTheFleet({
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: realHistory(db),
  statusOf: statusOn(new SFNClient({})),
  now: Date.now,
});
