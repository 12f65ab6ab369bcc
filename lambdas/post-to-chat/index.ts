import { snsClient } from '../wiring/aws-clients.ts';
import { wirePostToChat } from '../wiring/post-to-chat.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { sns: snsClient() };

export const handler = wirePostToChat(clients, settingsFrom(process.env));
