import { runCommandOn } from '../clients/run-command.ts';
import type { HoldForStepDeps } from '../operations/hold-for-step.ts';
import { brakesIn } from '../stores/brakes.ts';
import { endingsIn } from '../stores/endings.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { attemptsIn } from '../stores/step-attempts.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import type { Settings } from './settings.ts';

/** Dependencies that all functions that send commands to hosts share. */
export function hostStepDeps(
  { dynamoDb, ssm }: Pick<Clients, 'dynamoDb' | 'ssm'>,
  settings: Settings,
  clock: Clock,
): HoldForStepDeps {
  const state = settings('STATE_TABLE');
  return {
    scopes: rollbackScopesIn(dynamoDb, state),
    endings: endingsIn(dynamoDb, state),
    attempts: attemptsIn(dynamoDb, state),
    history: historyWithBuffer(dynamoDb, settings, clock),
    readBrakes: brakesIn(dynamoDb, state).read,
    locks: fleetLocksIn(dynamoDb, state),
    runCommand: runCommandOn(ssm),
    now: clock.now,
    sleep: clock.sleep,
  };
}
