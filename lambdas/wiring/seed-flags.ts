import { emptyFlags, type FlagDocument } from '../../domain/infra/flag-document.ts';
import { seedFlagsHandler } from '../seed-flags/handler.ts';
import { type FlagMonitor, keepMonitors } from '../seed-flags/keep-monitors.ts';
import { seederOf } from '../seed-flags/seed-flags.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireSeedFlags(clients: Pick<Clients, 'appConfig'>, settings: Settings, { now }: Pick<Clock, 'now'>) {
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
  const monitors = jsonSetting<readonly FlagMonitor[]>(settings, 'FLAG_MONITORS');
  const seeder = seederOf(clients.appConfig, now);
  const seedNormal = seeder(normalLayer, first);
  // Without overrides, so that every host's agent has the layer before a rollback needs it.
  const seedSafety = seeder(safetyLayer, emptyFlags);
  return seedFlagsHandler(async () => {
    await seedNormal();
    await seedSafety();
    // Only the normal layer: a monitor in the safety layer would take back what a rollback does while its alarm is red.
    await keepMonitors(clients.appConfig, normalLayer, monitors);
  });
}
