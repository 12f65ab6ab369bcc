import { SFNClient } from '@aws-sdk/client-sfn';
import { lastTimeIn } from '../clients/previous-rollback.ts';
import { realReach } from '../wiring/host-step.ts';
import { required } from '../wiring/settings.ts';
import { planningTheRollback } from './handler.ts';
import type { PlanDeps } from './plan-the-rollback.ts';

const deps = realReach();

export const handler = planningTheRollback({
  ...deps,
  lastTime: lastTimeIn(new SFNClient({}), deps.history),
  confirm: JSON.parse(required('CONFIRM')) as PlanDeps['confirm'],
  limits: JSON.parse(required('LIMITS')) as PlanDeps['limits'],
});
