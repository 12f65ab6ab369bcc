import { wakeOn } from '../clients/wake-machine.ts';
import type { GiveAnswerDeps } from '../operations/give-answer.ts';
import type { Clients } from './aws-clients.ts';
import { checkedQuestionDeps } from './checked-question-deps.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import type { Settings } from './settings.ts';

/** Dependencies that all functions that store answers and wake machines share. */
export function giveAnswerDeps(
  { dynamoDb, stepFunctions }: Pick<Clients, 'dynamoDb' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
): GiveAnswerDeps {
  const checking = checkedQuestionDeps({ dynamoDb, stepFunctions }, settings, clock);
  return {
    ...checking,
    history: historyWithBuffer(dynamoDb, settings, clock),
    wake: wakeOn(stepFunctions, checking.questions),
  };
}
