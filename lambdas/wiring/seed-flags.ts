import { emptyFlags, type FlagDocument } from '../../domain/infra/flag-document.ts';
import { seedFlagsHandler } from '../seed-flags/handler.ts';
import { seedFlags } from '../seed-flags/seed-flags.ts';
import type { Clients } from './aws-clients.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireSeedFlags(clients: Pick<Clients, 'appConfig'>, settings: Settings) {
  const normalLayer = {
    ApplicationId: settings('FLAGS_APPLICATION'),
    EnvironmentId: settings('FLAGS_ENVIRONMENT'),
    ConfigurationProfileId: settings('FLAGS_PROFILE'),
    DeploymentStrategyId: settings('FLAGS_IMMEDIATE_STRATEGY'),
  };
  const safetyLayer = {
    ...normalLayer,
    EnvironmentId: settings('FLAGS_SAFETY_ENVIRONMENT'),
    ConfigurationProfileId: settings('FLAGS_OVERRIDES_PROFILE'),
  };
  const first = jsonSetting<FlagDocument>(settings, 'FIRST_FLAGS');
  return seedFlagsHandler(async () => {
    await seedFlags(clients.appConfig, normalLayer, first);
    // Without overrides, so that every host's agent has the layer before a rollback needs it.
    await seedFlags(clients.appConfig, safetyLayer, emptyFlags);
  });
}
