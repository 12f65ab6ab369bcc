import * as may from '../permissions.ts';
import { decideOrAsk, writeHistory } from './shared-rights.ts';
import { decisionRules, environmentName } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Reads how a question was decided, and decides what the rollback does now. */
export const readTheDecision: Task = {
  name: 'read-the-decision',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({ ...environmentName(context), ...decisionRules(context) }),
  rights: (context) => [
    ...decideOrAsk(context), // a decision may need one more question
    // Records that the rollback acts, or frees the phase if it ends; reads deployments and recent rollbacks.
    stateItems(context, 'phases', 'PutItem', 'DeleteItem', 'Query'),
    ...writeHistory(context),
    may.seeAlarms(context.scope), // without an answer, the alarm decides
  ],
};
