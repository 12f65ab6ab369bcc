import type { Decision } from '../../domain/question/resolution.ts';
import { looksOn } from '../clients/run-command.ts';
import { seeExecutionOn } from '../clients/see-execution.ts';
import { resumeTheHostsHandler } from '../resume-the-hosts/handler.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { fleetQueueIn } from '../stores/fleet-queue.ts';
import { fleetTruthsIn } from '../stores/fleet-truth.ts';
import { questionsIn } from '../stores/questions.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { inventoryIn } from './inventory.ts';
import { fleetTag, jsonSetting, type Settings } from './settings.ts';
import { tradingMessage } from './trading-message.ts';

export function wireResumeTheHosts(
  clients: Pick<Clients, 'dynamoDb' | 'ec2' | 'sns' | 'ssm' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  const fleets = fleetQueueIn(clients.dynamoDb, settings('STATE_TABLE'));
  const unreached = unreachedIn(clients.dynamoDb, settings('STATE_TABLE'));
  const questions = questionsIn(clients.dynamoDb, settings('STATE_TABLE'));
  return resumeTheHostsHandler({
    managedInstances: inventoryIn(clients, settings, clock),
    runCommand: looksOn(clients.ssm),
    history: brakesHistoryIn(clients.dynamoDb, settings('HISTORY_TABLE')),
    queue: () => fleets.queue(settings('FLEET')),
    owed: async () => ({ hosts: await unreached.all(), steps: await unreached.skipped() }),
    truth: fleetTruthsIn(clients.dynamoDb, settings('STATE_TABLE')).read,
    asked: async () =>
      (await questions.newest()).map(({ question, stored }) => ({
        question,
        decisions: stored.map(({ item }) => item as unknown as Decision),
      })),
    environment: settings('ENVIRONMENT'),
    fence: () => fleets.fence(settings('FLEET')),
    see: seeExecutionOn(clients.stepFunctions),
    tell: tradingMessage(clients, settings),
    rules: jsonSetting(settings, 'TRADING_RULES'),
    tag: fleetTag(settings),
    ...clock,
  });
}
