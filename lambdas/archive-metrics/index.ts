import { wireArchiveMetrics } from '../wiring/archive-metrics.ts';
import { cloudWatchClient, s3Client } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { cloudWatch: cloudWatchClient(), s3: s3Client() };

export const handler = wireArchiveMetrics(clients, settingsFrom(process.env), systemClock);
