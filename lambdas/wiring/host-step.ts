import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { runCommandOn } from '../clients/run-command.ts';
import type { HostStepDeps } from '../operations/host-attempt.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { attemptsIn } from '../stores/step-attempts.ts';
import { realDb } from './db.ts';
import { realHistory } from './history.ts';
import { required } from './settings.ts';

/** The real outside world, for the functions that reach hosts. */
export function realReach(): HostStepDeps {
  const db = realDb();
  const state = required('STATE_TABLE');
  return {
    frozen: rollbackScopesIn(db, state),
    attempts: attemptsIn(db, state),
    history: realHistory(db),
    locks: fleetLocksIn(db, state),
    runCommand: runCommandOn(new SSMClient({})),
    now: Date.now,
    sleep,
  };
}
