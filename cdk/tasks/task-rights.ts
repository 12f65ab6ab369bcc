import {
  frozenKey,
  handledAlarmKey,
  lockKey,
  pauseKey,
  phaseOf,
  questionOf,
  questionsOf,
  tokenKey,
  unreachedOf,
  unsentOf,
} from '../../domain/tables.ts';
import type { Operators } from '../operators.ts';
import * as may from '../permissions.ts';
import type { Tables } from '../tables.ts';

/** The state table's items, as a policy names them, by what they are of. */
export const itemsOf = (fleet: string) => ({
  fleet: lockKey(fleet).pk,
  phase: phaseOf('*'),
  alarm: handledAlarmKey('*', '').pk,
  rollback: frozenKey('*').pk,
  questions: [questionOf('*', '*'), questionsOf],
  token: tokenKey('*', '*').pk,
});

/** What several functions may do alike, by what they do it for. */
export function sharedRights(
  { state, history }: Tables,
  operators: Operators,
  { fleet, phase, rollback, questions, token }: ReturnType<typeof itemsOf>,
) {
  const toHistory = may.addToHistory(history, state);
  const freeing = [may.useItems(state, fleet, 'GetItem', 'DeleteItem'), ...toHistory];
  const waking = [may.useItems(state, token, 'GetItem'), may.wakeMachines()];
  const asking = [may.useItems(state, questions, 'Query', 'PutItem')];
  return {
    toHistory,
    freeing,
    waking,
    onHosts: [
      may.useItems(state, fleet, 'GetItem', 'UpdateItem'),
      may.useItems(state, rollback, 'GetItem', 'PutItem'),
      ...toHistory,
    ],
    closing: [
      ...freeing,
      may.useItems(state, phase, 'GetItem', 'PutItem', 'DeleteItem'),
      may.useItems(state, rollback, 'GetItem'),
      may.useItems(state, unreachedOf, 'Query', 'PutItem', 'DeleteItem'),
      may.useItems(state, unsentOf, 'PutItem'),
      may.countInCloudWatch(),
    ],
    telling: [may.useItems(state, unsentOf, 'PutItem', 'DeleteItem'), ...may.publishTo(operators)],
    answering: [...asking, ...waking, ...toHistory],
    deciding: [...asking, may.useItems(state, pauseKey.pk, 'GetItem')],
    stopping: [may.useItems(state, rollback, 'PutItem', 'Query'), may.stopCommands()],
  };
}
