import { SNSClient } from '@aws-sdk/client-sns';
import { contactLines } from '../../domain/question/contact.ts';
import { publishTo } from '../clients/publish.ts';
import { unsentIn } from '../stores/unsent-messages.ts';
import { realContacts } from '../wiring/contacts.ts';
import { realDb } from '../wiring/db.ts';
import { realHistory } from '../wiring/history.ts';
import { required } from '../wiring/settings.ts';
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
