import middy from '@middy/core';
import { type ReconcileDeps, reconcileOnce } from './reconcile.ts';

/** Puts right what fell through. Runs every minute; twice in a row does nothing the second time. */
export const reconcileHandler = (deps: ReconcileDeps) => middy(async () => reconcileOnce(deps));
