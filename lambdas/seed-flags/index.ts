import { AppConfigClient } from '@aws-sdk/client-appconfig';
import type { FlagDocument } from '../../domain/flag-document.ts';
import { required } from '../environment.ts';
import { seedingFlags } from './handler.ts';
import { seedFlags } from './seed-flags.ts';

const client = new AppConfigClient({});

export const handler = seedingFlags(() =>
  seedFlags(
    client,
    {
      application: required('FLAGS_APPLICATION'),
      environment: required('FLAGS_ENVIRONMENT'),
      profile: required('FLAGS_PROFILE'),
      strategy: required('FLAGS_IMMEDIATE_STRATEGY'),
    },
    JSON.parse(required('FIRST_FLAGS')) as FlagDocument,
  ),
);
