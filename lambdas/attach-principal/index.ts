import { SFNClient } from '@aws-sdk/client-sfn';
import { statusOn } from '../execution-status.ts';
import { realDb } from '../real-db.ts';
import { realAnswering } from '../real-deciding.ts';
import { attachingPrincipal } from './handler.ts';

const stepFunctions = new SFNClient({});

export const handler = attachingPrincipal({
  ...realAnswering(realDb(), stepFunctions),
  statusOf: statusOn(stepFunctions),
});
