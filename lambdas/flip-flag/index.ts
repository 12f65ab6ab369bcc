import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { flagsIn } from '../clients/flags.ts';
import { realReach } from '../wiring/host-step.ts';
import { required } from '../wiring/settings.ts';
import { flippingFlag } from './handler.ts';

const deps = realReach();
const layer = {
  ApplicationId: required('FLAGS_APPLICATION'),
  EnvironmentId: required('FLAGS_SAFETY_ENVIRONMENT'),
  ConfigurationProfileId: required('FLAGS_OVERRIDES_PROFILE'),
  DeploymentStrategyId: required('FLAGS_IMMEDIATE_STRATEGY'),
};

export const handler = flippingFlag({ ...deps, flags: flagsIn(new AppConfigClient({}), layer, deps.sleep) });
