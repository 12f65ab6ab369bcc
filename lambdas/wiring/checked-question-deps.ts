import { seeExecutionOn } from '../clients/see-execution.ts';
import type { CheckedQuestionDeps } from '../operations/checked-question.ts';
import { questionsIn } from '../stores/questions.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { jsonSetting, type Settings } from './settings.ts';

/** Dependencies that all functions share that read the decisions on a question. */
export const checkedQuestionDeps = (
  { dynamoDb, stepFunctions }: Pick<Clients, 'dynamoDb' | 'stepFunctions'>,
  settings: Settings,
  { now, sleep }: Clock,
): CheckedQuestionDeps => ({
  questions: questionsIn(dynamoDb, settings('STATE_TABLE')),
  history: historyWithBuffer(dynamoDb, settings, { now, sleep }),
  seeExecution: seeExecutionOn(stepFunctions),
  proofRules: { executions: settings('EXECUTION_ARN_PREFIX'), severityOf: jsonSetting(settings, 'SEVERITIES') },
  now,
  sleep,
});
