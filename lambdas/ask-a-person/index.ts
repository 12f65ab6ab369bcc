import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { contactLines } from '../../domain/contact.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import { realContacts } from '../contacts.ts';
import { countOn } from '../count.ts';
import { required } from '../environment.ts';
import { frozenIn } from '../frozen.ts';
import { lastTimeIn } from '../last-time.ts';
import { publishTo } from '../publish.ts';
import { realDb } from '../real-db.ts';
import { realAnswering } from '../real-deciding.ts';
import { unsentIn } from '../unsent.ts';
import type { AskingNeeds } from './ask-a-person.ts';
import { askingAPerson } from './handler.ts';

const db = realDb();
const state = required('STATE_TABLE');
const people = realContacts();
const environment = required('ENVIRONMENT');

const stepFunctions = new SFNClient({});
const answering = realAnswering(db, stepFunctions);

export const handler = askingAPerson({
  ...answering,
  lastTime: lastTimeIn(stepFunctions, answering.history),
  frozen: frozenIn(db, state),
  unsent: unsentIn(db, state),
  countUnsent: countOn(new CloudWatchClient({}), environment, productMetrics.unsentMessages),
  publish: publishTo(new SNSClient({}), required('TOPIC_ARN')),
  people,
  contacts: contactLines(people),
  environment,
  settings: JSON.parse(required('SETTINGS')) as AskingNeeds['settings'],
});
