import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmsOn } from '../alarms.ts';
import { required } from '../environment.ts';
import { realDb } from '../real-db.ts';
import { realDeciding } from '../real-deciding.ts';
import { readingTheDecision } from './handler.ts';

export const handler = readingTheDecision({
  ...realDeciding(realDb()),
  alarms: alarmsOn(new CloudWatchClient({})),
  environment: required('ENVIRONMENT'),
});
