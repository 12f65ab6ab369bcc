import { alarmsOn } from '../clients/alarms.ts';
import { baselinesOn } from '../clients/datapoints.ts';
import { executionEndOn, executionStatusOn } from '../clients/execution-status.ts';
import { hostValuesOn } from '../clients/host-values.ts';
import { listDocumentsOn } from '../clients/list-documents.ts';
import { lastHaltedOn } from '../clients/venue-halt.ts';
import { openRollbackHandler } from '../open-rollback/handler.ts';
import { secondWitnessOn } from '../open-rollback/second-witness.ts';
import { stopCommands } from '../operations/stop-commands.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { checkedDocumentsIn } from '../stores/checked-documents.ts';
import { drillsIn } from '../stores/drills.ts';
import { recentFlagsIn } from '../stores/recent-flags.ts';
import { runningIn } from '../stores/running-versions.ts';
import { seenHostsIn } from '../stores/seen-hosts.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { closeRollbackDeps } from './close-rollback-deps.ts';
import { decideRollbackDeps } from './decide-rollback-deps.ts';
import { giveAnswerDeps } from './give-answer-deps.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { inventoryIn } from './inventory.ts';
import { metricOfAlarm } from './metric-of-alarm.ts';
import { fleetTag, haltedMetric, jsonSetting, type Settings } from './settings.ts';

export function wireOpenRollback(
  clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2' | 'cloudWatch' | 'promptCloudWatch' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  const { dynamoDb, ssm, cloudWatch, promptCloudWatch, stepFunctions } = clients;
  const { wake, seeExecution, proofRules, sleep } = giveAnswerDeps(clients, settings, clock);
  const onHosts = hostStepDeps(clients, settings, clock);
  const environment = settings('ENVIRONMENT');
  const hosts = { managedInstances: inventoryIn(clients, settings, clock), tag: fleetTag(settings) };
  const phases = jsonSetting<number[]>(settings, 'PHASES');
  return openRollbackHandler({
    ...closeRollbackDeps(clients, settings, clock),
    ...decideRollbackDeps(dynamoDb, settings, clock),
    ...{ wake, seeExecution, proofRules, sleep, attempts: onHosts.attempts, runCommand: onHosts.runCommand },
    ...hosts,
    knownDocuments: {
      checked: checkedDocumentsIn(dynamoDb, settings('STATE_TABLE')).read,
      listed: listDocumentsOn(ssm),
    },
    phases,
    byPeople: brakesHistoryIn(dynamoDb, settings('HISTORY_TABLE')),
    drills: drillsIn(dynamoDb, settings('STATE_TABLE')),
    alarms: alarmsOn(cloudWatch),
    baselines: baselinesOn(cloudWatch),
    lastHalted: lastHaltedOn(cloudWatch, haltedMetric(settings), clock.now),
    hostValues: hostValuesOn(promptCloudWatch),
    running: runningIn(dynamoDb, settings('STATE_TABLE')),
    recentFlags: recentFlagsIn(dynamoDb, settings('HISTORY_TABLE')),
    seenHosts: seenHostsIn(dynamoDb, settings('STATE_TABLE')),
    metricOf: metricOfAlarm(settings),
    secondWitness: secondWitnessOn({ ...hosts, cloudWatch, environment, phases, now: clock.now }),
    environment,
    statusOf: executionStatusOn(stepFunctions, clock.now),
    seeExecutionEnd: executionEndOn(stepFunctions),
    stopCommands: (rollback, status) => stopCommands(onHosts, rollback, status),
  });
}
