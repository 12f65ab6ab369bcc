import { dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireRecordTheHalt } from '../wiring/record-the-halt.ts';
import { settingsFrom } from '../wiring/settings.ts';

export const handler = wireRecordTheHalt({ dynamoDb: dynamoDbClient() }, settingsFrom(process.env), systemClock);
