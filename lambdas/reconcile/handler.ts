import middy from '@middy/core';
import { type ReconcileDeps, reconcileOnce } from './reconcile.ts';

/** Corrects what was lost or stopped half way. Runs every minute; a second run in a row does nothing. */
export const reconcileHandler = (deps: ReconcileDeps) => middy(async () => reconcileOnce(deps));
