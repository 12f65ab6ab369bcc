import { deploymentsIn } from '../deployments.ts';
import { required } from '../environment.ts';
import { realDb } from '../real-db.ts';
import { recordingDeployment } from './handler.ts';

export const handler = recordingDeployment({
  deployments: deploymentsIn(realDb(), required('STATE_TABLE')),
  phases: JSON.parse(required('PHASES')) as number[],
});
