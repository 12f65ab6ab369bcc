import { levelCallsDue, newsDue, type Paging } from '../question/calls.ts';
import type { Contacts } from '../question/contact.ts';
import { callsDue, type Question } from '../question/question.ts';
import { resolve } from '../question/resolution.ts';
import type { Action } from './action.ts';
import type { Observation, ShutDown } from './observation.ts';

/** The machine times out at the deadline; one that still waits 30 s later must be woken. */
const oversleptMilliseconds = 30_000;

/**
 * Reminds people of an open question, and reports decisions on it that no execution gave. Wakes a machine that still waits
 * for a question that is decided or lapsed, or that has nothing left to ask about.
 */
export function questionActions(one: Observation['open'][number], now: number): Action[] {
  const { asked, status } = one;
  if (asked === null || status !== 'RUNNING') return [];
  const { question, passedOver = [] } = asked;
  const report: Action[] = passedOver.length > 0 ? [{ type: 'report passed over', question, passedOver }] : [];
  return [...report, ...remindOrWake(asked, now)];
}

function remindOrWake(
  { question, decisions, isNeedless, shutDown }: NonNullable<Observation['open'][number]['asked']>,
  now: number,
): Action[] {
  const { rollback, number, deadline } = question;
  const resolution = resolve(decisions, question, now);
  if (resolution.state === 'open') {
    if (isNeedless) return [{ type: 'wake', rollback, number }]; // the machine then stands down
    if (shutDown) return whileShutDown(question, shutDown);
    // Only the newest reminder: after an outage of Reconcile two would be due at once. The question itself calls L1.
    const call = callsDue(question, now).findLast(({ percent }) => percent === 50 || percent === 80);
    return call ? [{ type: 'remind', question, call }] : [];
  }
  const since = resolution.state === 'decided' ? resolution.at : deadline;
  return now - Date.parse(since) >= oversleptMilliseconds ? [{ type: 'wake', rollback, number }] : [];
}

/**
 * Records that the hosts are shut down, and reminds nobody. A question before the rollback ends then, because no answer could be carried
 * out; a hand-over stays, because its hosts are half rolled back.
 */
function whileShutDown(
  { rollback, number }: Pick<Question, 'rollback' | 'number'>,
  { until, isKnown, ends }: ShutDown,
): Action[] {
  return [
    ...(isKnown ? [] : [{ type: 'note shutdown', rollback, until } as const]),
    ...(ends ? [{ type: 'wake', rollback, number } as const] : []),
  ];
}

/**
 * Calls the levels that are due about a page that nobody has heard, and tells people who has. A question that is decided,
 * over or needless, or whose hosts are shut down, has no calls, although its page is open until its machine wakes.
 */
export function callActions(
  { rollback, status, paging, asked }: Observation['open'][number],
  { now, contacts }: Pick<Observation, 'now' | 'contacts'>,
): Action[] {
  if (status !== 'RUNNING' || paging === null) return [];
  const isOver =
    asked !== null &&
    (asked.isNeedless ||
      asked.shutDown !== undefined ||
      resolve(asked.decisions, asked.question, now).state !== 'open');
  return pagingActions(rollback, isOver ? { ...paging, page: null } : paging, contacts, now);
}

/** Returns the calls and the news that are due about one rollback. */
export const pagingActions = (
  rollback: string,
  paging: Paging,
  contacts: Contacts,
  now: number,
): Extract<Action, { type: 'call' | 'tell news' }>[] => [
  ...newsDue(paging).map((news) => ({ type: 'tell news', rollback, news }) as const),
  ...levelCallsDue(paging, contacts, now).flatMap((call) =>
    paging.page ? [{ type: 'call', rollback, page: paging.page, call } as const] : [],
  ),
];
