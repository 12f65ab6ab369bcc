import { flagsOn } from '../clients/flags.ts';
import { flipFlagHandler } from '../flip-flag/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { whyLostFor } from './inventory.ts';
import type { Settings } from './settings.ts';

export function wireFlipFlag(
  clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2' | 'appConfig'>,
  settings: Settings,
  clock: Clock,
) {
  const safetyLayer = {
    ApplicationId: settings('FLAGS_APPLICATION'),
    EnvironmentId: settings('FLAGS_SAFETY_ENVIRONMENT'),
    ConfigurationProfileId: settings('FLAGS_OVERRIDES_PROFILE'),
    DeploymentStrategyId: settings('FLAGS_IMMEDIATE_STRATEGY'),
  };
  return flipFlagHandler({
    ...hostStepDeps(clients, settings, clock),
    whyLost: whyLostFor(clients, settings, clock),
    flags: flagsOn(clients.appConfig, safetyLayer, clock.sleep),
  });
}
