import { cloudWatchClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { wireCountFailures } from '../wiring/count-failures.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { stepFunctions: stepFunctionsClient(), cloudWatch: cloudWatchClient() };

export const handler = wireCountFailures(clients, settingsFrom(process.env));
