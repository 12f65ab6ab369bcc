import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { productMetrics } from '../../domain/product-metrics.ts';
import { contactLines } from '../../domain/question/contact.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { lastTimeIn } from '../clients/previous-rollback.ts';
import { publishTo } from '../clients/publish.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { unsentIn } from '../stores/unsent-messages.ts';
import { realContacts } from '../wiring/contacts.ts';
import { realDb } from '../wiring/db.ts';
import { realAnswering } from '../wiring/deciding.ts';
import { required } from '../wiring/settings.ts';
import type { AskingDeps } from './ask-a-person.ts';
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
  frozen: rollbackScopesIn(db, state),
  unsent: unsentIn(db, state),
  countUnsent: metricCounterOn(new CloudWatchClient({}), environment, productMetrics.unsentMessages),
  publish: publishTo(new SNSClient({}), required('TOPIC_ARN')),
  people,
  contacts: contactLines(people),
  environment,
  settings: JSON.parse(required('SETTINGS')) as AskingDeps['settings'],
});
