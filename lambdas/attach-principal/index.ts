import { SFNClient } from '@aws-sdk/client-sfn';
import { statusOn } from '../clients/execution-status.ts';
import { realDb } from '../wiring/db.ts';
import { realAnswering } from '../wiring/deciding.ts';
import { attachingPrincipal } from './handler.ts';

const stepFunctions = new SFNClient({});

export const handler = attachingPrincipal({
  ...realAnswering(realDb(), stepFunctions),
  statusOf: statusOn(stepFunctions),
});
