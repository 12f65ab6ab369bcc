import middy from '@middy/core';
import { type ReconcileNeeds, reconcileOnce } from './reconcile.ts';

/** Puts right what fell through. Runs every minute; twice in a row does nothing the second time. */
export const reconciling = (needs: ReconcileNeeds) => middy(async () => reconcileOnce(needs));
