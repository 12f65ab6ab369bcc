import { wireAttachPrincipal } from '../wiring/attach-principal.ts';
import { dynamoDbClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), stepFunctions: stepFunctionsClient() };

export const handler = wireAttachPrincipal(clients, settingsFrom(process.env), systemClock);
