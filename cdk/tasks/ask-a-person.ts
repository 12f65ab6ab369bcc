import * as may from '../permissions.ts';
import { answerQuestion, machinesOfPhases, seeWhoDecided, sendMessages } from './shared-rights.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Sends a question to people, and stores the token with which an answer wakes the machine. */
export const askAPerson: Task = {
  name: 'ask-a-person',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...settings.environmentName(context),
    ...settings.decisionRules(context), // the plan in the question
    ...settings.contacts(context),
    ...settings.operatorsTopic(context),
    ...settings.proofOfDecisions(context),
  }),
  rights: (context) => [
    seeWhoDecided(context), // only then is it decided
    ...answerQuestion(context), // a question that is decided already wakes the machine at once
    stateItems(context, 'tokens', 'PutItem'),
    stateItems(context, 'rollbacks', 'GetItem'), // the scope, for the plan in the question; whether it has ended
    stateItems(context, 'fleet', 'Query'), // whether a CRITICAL rollback waits while one hands over
    may.listExecutions(machinesOfPhases(context)), // how long the previous rollback took, for the plan in the question
    ...sendMessages(context),
    may.countInCloudWatch(), // a question that SNS did not take turns an alarm red
  ],
};
