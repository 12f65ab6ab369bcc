import {
  checkedDocumentsKey,
  exportCursorKey,
  frozenKey,
  handledAlarmKey,
  indexingKey,
  lockKey,
  pauseKey,
  phaseOf,
  questionOf,
  questionsOf,
  reviewsOf,
  seenOf,
  tokenKey,
  unreachedOf,
  unsentOf,
} from '../../domain/tables.ts';
import { type ItemAction, useItems } from '../permissions.ts';
import type { TaskContext } from './task.ts';

/**
 * Partition keys of the state table by kind, as a policy names them. domain/tables.ts describes the items below each.
 */
const keys = {
  phases: phaseOf('*'),
  alarms: handledAlarmKey('*', '').pk,
  rollbacks: frozenKey('*').pk,
  questions: [questionOf('*', '*'), questionsOf],
  tokens: tokenKey('*', '*').pk,
  pause: pauseKey.pk,
  reviews: reviewsOf,
  unreachedHosts: unreachedOf,
  seenHosts: seenOf,
  unsentMessages: unsentOf,
  indexing: indexingKey.pk,
  exporting: exportCursorKey.pk,
  checkedDocuments: checkedDocumentsKey.pk,
};

type Kind = keyof typeof keys;

/**
 * Allows these actions on the state table's items of a kind; `fleet` is the environment's fleet and no other. GetItem brings
 * BatchGetItem: items of one partition that a function needs at once are read by one request (stores/read-item.ts).
 */
export const stateItems = (
  { tables, environment }: Pick<TaskContext, 'tables' | 'environment'>,
  kind: Kind | 'fleet' | readonly Kind[],
  ...actions: readonly ItemAction[]
) =>
  useItems(
    tables.state,
    keysOf(kind, environment.fleet.name),
    ...actions.flatMap((one): ItemAction[] => (one === 'GetItem' ? ['GetItem', 'BatchGetItem'] : [one])),
  );

function keysOf(kind: Kind | 'fleet' | readonly Kind[], fleet: string): string | string[] {
  if (kind === 'fleet') return lockKey(fleet).pk;
  return typeof kind === 'string' ? keys[kind] : kind.flatMap((one) => keys[one]);
}
