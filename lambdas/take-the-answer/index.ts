import { SFNClient } from '@aws-sdk/client-sfn';
import { statusOn } from '../execution-status.ts';
import { realDb } from '../real-db.ts';
import { realAnswering } from '../real-deciding.ts';
import { takingTheAnswer } from './handler.ts';

const stepFunctions = new SFNClient({});

export const handler = takingTheAnswer({
  ...realAnswering(realDb(), stepFunctions),
  statusOf: statusOn(stepFunctions),
});
