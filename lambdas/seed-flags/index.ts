import { appConfigClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireSeedFlags } from '../wiring/seed-flags.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { appConfig: appConfigClient() };

export const handler = wireSeedFlags(clients, settingsFrom(process.env), systemClock);
