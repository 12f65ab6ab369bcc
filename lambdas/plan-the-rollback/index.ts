import { SFNClient } from '@aws-sdk/client-sfn';
import { lastTimeIn } from '../clients/previous-rollback.ts';
import { realReach } from '../wiring/host-step.ts';
import { required } from '../wiring/settings.ts';
import { planningTheRollback } from './handler.ts';
import type { PlanReach } from './plan-the-rollback.ts';

const reach = realReach();

export const handler = planningTheRollback({
  ...reach,
  lastTime: lastTimeIn(new SFNClient({}), reach.history),
  confirm: JSON.parse(required('CONFIRM')) as PlanReach['confirm'],
  limits: JSON.parse(required('LIMITS')) as PlanReach['limits'],
});
