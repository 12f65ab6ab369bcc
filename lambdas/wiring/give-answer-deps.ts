import { wakeOn } from '../clients/wake-machine.ts';
import type { GiveAnswerDeps } from '../operations/give-answer.ts';
import { questionsIn } from '../stores/questions.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import type { Settings } from './settings.ts';

/** Dependencies that all functions that store answers and wake machines share. */
export function giveAnswerDeps(
  { dynamoDb, stepFunctions }: Pick<Clients, 'dynamoDb' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
): GiveAnswerDeps {
  const questions = questionsIn(dynamoDb, settings('STATE_TABLE'));
  return {
    questions,
    history: historyWithBuffer(dynamoDb, settings, clock),
    wake: wakeOn(stepFunctions, questions),
    now: clock.now,
  };
}
