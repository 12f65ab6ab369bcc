import { dynamoDbClient } from '../wiring/aws-clients.ts';
import { wireConfirmContacts } from '../wiring/confirm-contacts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient() };

export const handler = wireConfirmContacts(clients, settingsFrom(process.env));
