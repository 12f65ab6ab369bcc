import { SNSClient } from '@aws-sdk/client-sns';
import { contactLines } from '../../domain/contact.ts';
import { realContacts } from '../contacts.ts';
import { required } from '../environment.ts';
import { publishTo } from '../publish.ts';
import { realDb } from '../real-db.ts';
import { realHistory } from '../real-history.ts';
import { unsentIn } from '../unsent.ts';
import { sendingMessage } from './handler.ts';

const db = realDb();

export const handler = sendingMessage({
  history: realHistory(db),
  unsent: unsentIn(db, required('STATE_TABLE')),
  publish: publishTo(new SNSClient({}), required('TOPIC_ARN')),
  countUnsent: async () => {}, // it fails, which Lambda counts
  contacts: contactLines(realContacts()),
  now: Date.now,
});
