import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmsOn } from '../clients/alarms.ts';
import { realDb } from '../wiring/db.ts';
import { realDeciding } from '../wiring/deciding.ts';
import { required } from '../wiring/settings.ts';
import { readingTheDecision } from './handler.ts';

export const handler = readingTheDecision({
  ...realDeciding(realDb()),
  alarms: alarmsOn(new CloudWatchClient({})),
  environment: required('ENVIRONMENT'),
});
