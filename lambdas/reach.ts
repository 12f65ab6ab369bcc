import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { attemptsIn } from './attempt.ts';
import { required } from './environment.ts';
import { fleetLocksIn } from './fleet-lock.ts';
import { frozenIn } from './frozen.ts';
import type { Reach } from './host-attempt.ts';
import { realHistory } from './real-history.ts';
import { runCommandOn } from './run-command.ts';

/** The real outside world, for the functions that reach hosts. */
export function realReach(): Reach {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
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
