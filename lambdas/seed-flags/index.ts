import { AppConfigClient } from '@aws-sdk/client-appconfig';
import type { FlagDocument } from '../../domain/infra/flag-document.ts';
import { required } from '../wiring/settings.ts';
import { seedingFlags } from './handler.ts';
import { seedFlags } from './seed-flags.ts';

const client = new AppConfigClient({});

export const handler = seedingFlags(() =>
  seedFlags(
    client,
    {
      ApplicationId: required('FLAGS_APPLICATION'),
      EnvironmentId: required('FLAGS_ENVIRONMENT'),
      ConfigurationProfileId: required('FLAGS_PROFILE'),
      DeploymentStrategyId: required('FLAGS_IMMEDIATE_STRATEGY'),
    },
    JSON.parse(required('FIRST_FLAGS')) as FlagDocument,
  ),
);
