import { deploymentsIn } from '../stores/deployments.ts';
import { realDb } from '../wiring/db.ts';
import { required } from '../wiring/settings.ts';
import { recordingDeployment } from './handler.ts';

export const handler = recordingDeployment({
  deployments: deploymentsIn(realDb(), required('STATE_TABLE')),
  phases: JSON.parse(required('PHASES')) as number[],
});
