import * as may from '../permissions.ts';
import { decideOrAsk, seeWhoDecided, writeHistory } from './shared-rights.ts';
import { decisionRules, environmentName, phaseNumbers, proofOfDecisions, tradingSessions } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Reads how a question was decided, and decides what the rollback does now. */
export const readTheDecision: Task = {
  name: 'read-the-decision',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    ...decisionRules(context),
    ...tradingSessions(context),
    ...proofOfDecisions(context),
    ...phaseNumbers(context), // a cap counts the hosts of all
  }),
  rights: (context) => [
    ...decideOrAsk(context), // a decision may need one more question
    // Records that the rollback acts, or frees the phase and its row window if it ends; reads deployments and recent rollbacks.
    stateItems(context, 'phases', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
    stateItems(context, 'tokens', 'DeleteItem'), // if it ends
    stateItems(context, 'unsentMessages', 'PutItem'), // if it ends, people must be told
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'), // whether it has ended, and that it does
    ...writeHistory(context),
    seeWhoDecided(context), // a decision counts if its execution gave it
    may.countInCloudWatch(), // a decision that none gave turns an alarm red
    may.seeAlarms(context.scope), // without an answer, the alarm decides
  ],
};
