import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { required } from '../environment.ts';
import { flagsIn } from '../flags.ts';
import { realReach } from '../reach.ts';
import { flippingFlag } from './handler.ts';

const reach = realReach();
const layer = {
  application: required('FLAGS_APPLICATION'),
  environment: required('FLAGS_SAFETY_ENVIRONMENT'),
  profile: required('FLAGS_OVERRIDES_PROFILE'),
  strategy: required('FLAGS_IMMEDIATE_STRATEGY'),
};

export const handler = flippingFlag({ ...reach, flags: flagsIn(new AppConfigClient({}), layer, reach.sleep) });
