import {
  checkedDocumentsKey,
  contactsKey,
  drillsOf,
  dueTasksOf,
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
  sentTransitionsKey,
  tokenKey,
  transitionsOwed,
  truthKey,
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
  drills: drillsOf,
  dueTasks: dueTasksOf,
  unreachedHosts: unreachedOf,
  seenHosts: seenOf,
  unsentMessages: unsentOf,
  indexing: indexingKey.pk,
  exporting: exportCursorKey.pk,
  checkedDocuments: checkedDocumentsKey.pk,
  contacts: contactsKey.pk,
  transitions: [transitionsOwed, sentTransitionsKey('*').pk],
  truth: truthKey.pk,
};

type Kind = keyof typeof keys;

/**
 * Allows these actions on the state table's items of a kind; `fleet` is the environment's fleet and no other. For a
 * rollback or a phase GetItem brings BatchGetItem: several of its items are read by one request (stores/read-item.ts).
 */
export const stateItems = (
  { tables, environment }: Pick<TaskContext, 'tables' | 'environment'>,
  kind: Kind | 'fleet' | readonly (Kind | 'fleet')[],
  ...actions: readonly ItemAction[]
) =>
  useItems(
    tables.state,
    keysOf(kind, environment.fleet.name),
    ...actions,
    ...(actions.includes('GetItem') && (kind === 'rollbacks' || kind === 'phases') ? (['BatchGetItem'] as const) : []),
  );

function keysOf(kind: Kind | 'fleet' | readonly (Kind | 'fleet')[], fleet: string): string | string[] {
  if (typeof kind !== 'string') return kind.flatMap((one) => keysOf(one, fleet));
  return kind === 'fleet' ? lockKey(fleet).pk : keys[kind];
}
