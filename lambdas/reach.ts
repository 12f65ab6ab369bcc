import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { attemptsIn } from './attempt.ts';
import { required } from './environment.ts';
import { fleetLocksIn } from './fleet-lock.ts';
import { frozenIn } from './frozen.ts';
import type { Reach } from './host-attempt.ts';
import { realDb } from './real-db.ts';
import { realHistory } from './real-history.ts';
import { runCommandOn } from './run-command.ts';

/** The real outside world, for the functions that reach hosts. */
export function realReach(): Reach {
  const db = realDb();
  const state = required('STATE_TABLE');
  return {
    frozen: frozenIn(db, state),
    attempts: attemptsIn(db, state),
    history: realHistory(db),
    locks: fleetLocksIn(db, state),
    runCommand: runCommandOn(new SSMClient({})),
    now: Date.now,
    sleep,
  };
}
