import { breakerAlarmName } from '../../domain/flags/known-flags.ts';
import { alarmStateOn } from '../clients/alarms.ts';
import { breakersOn, normalFlagsOn } from '../clients/normal-flags.ts';
import { setTheFlagHandler } from '../set-the-flag/handler.ts';
import { brakesIn } from '../stores/brakes.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

export function wireSetTheFlag(
  clients: Pick<Clients, 'dynamoDb' | 'appConfig' | 'cloudWatch'>,
  settings: Settings,
  clock: Clock,
) {
  const normalLayer = {
    ApplicationId: settings('FLAGS_APPLICATION'),
    EnvironmentId: settings('FLAGS_ENVIRONMENT'),
    ConfigurationProfileId: settings('FLAGS_PROFILE'),
    strategies: {
      immediate: settings('FLAGS_IMMEDIATE_STRATEGY'),
      linear: settings('FLAGS_LINEAR_STRATEGY'),
      canary: settings('FLAGS_CANARY_STRATEGY'),
    },
  };
  const safetyLayer = {
    ApplicationId: normalLayer.ApplicationId,
    EnvironmentId: settings('FLAGS_SAFETY_ENVIRONMENT'),
    ConfigurationProfileId: settings('FLAGS_OVERRIDES_PROFILE'),
  };
  return setTheFlagHandler({
    flags: normalFlagsOn(clients.appConfig, normalLayer),
    overrides: breakersOn(clients.appConfig, safetyLayer, normalLayer.strategies.immediate),
    breakerAlarm: (flag) => alarmStateOn(clients.cloudWatch)(breakerAlarmName(settings('ENVIRONMENT'), flag)),
    history: brakesHistoryIn(clients.dynamoDb, settings('HISTORY_TABLE')),
    deployments: deploymentsIn(clients.dynamoDb, settings('STATE_TABLE')),
    brakes: brakesIn(clients.dynamoDb, settings('STATE_TABLE')),
    claims: claimsIn(clients.dynamoDb, settings('STATE_TABLE')),
    now: clock.now,
  });
}
