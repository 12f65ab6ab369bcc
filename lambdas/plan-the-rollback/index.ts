import { required } from '../environment.ts';
import { realReach } from '../reach.ts';
import { planningTheRollback } from './handler.ts';
import type { PlanReach } from './plan-the-rollback.ts';

export const handler = planningTheRollback({
  ...realReach(),
  confirm: JSON.parse(required('CONFIRM')) as PlanReach['confirm'],
  limits: JSON.parse(required('LIMITS')) as PlanReach['limits'],
});
