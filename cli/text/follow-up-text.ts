import type { FollowUp } from '../../domain/follow-up/follow-up.ts';
import { reportKinds } from '../../domain/follow-up/schedule.ts';
import { type FollowUpTask, isOpen } from '../../domain/follow-up/tasks.ts';
import { ownerName, whatYouFound, yourName } from '../../domain/placeholder.ts';

/** A follow-up with the status of its newest execution, as Step Functions has it; `unreadable`: the status could not be read. */
export type SeenFollowUp = FollowUp & { readonly execution_status: string };

/** Returns what followed a rollback, for people: whether it still runs, what is open, then what was found. `now`: ISO 8601. */
export function followUpText(
  rollback: string,
  { begun_at, checks, tasks, reports, ...followUp }: SeenFollowUp,
  { now, environment }: { readonly now: string; readonly environment: string },
): string {
  const words = environment === 'local' ? '' : ` --environment ${environment}`;
  const command = (rest: string) => `  npm run rollback -- ${rest}${words}`;
  const [first] = tasks.filter(isOpen);
  const last = checks.at(-1);
  return [
    `Follow-up of rollback ${rollback}: ${stateOf(followUp)}, begun ${begun_at}`,
    `  hosts     ${watch(followUp)}; newest check: ${last ? `${last.state}, at ${last.at}` : 'none yet'}`,
    'TASKS',
    ...taskLines(tasks, now),
    'REPORTS',
    ...reportKinds.map((kind) => `  ${kind.padEnd(12)} ${reportState(reports[kind])}`),
    'CHECKS',
    ...(checks.length === 0
      ? ['  none yet']
      : checks.map(({ at, state, says }) => `  ${at}  ${state.padEnd(8)}  ${says.join(' ')}`)),
    'NEXT',
    ...(hasStopped(followUp) ? ['  Begin it again:', command(`follow-up ${rollback} --begin`)] : []),
    ...(first
      ? [
          command(`follow-up ${rollback} --assign ${first.number} --owner ${ownerName} --operator "${yourName}"`),
          command(`follow-up ${rollback} --complete ${first.number} --operator "${yourName}" --note "${whatYouFound}"`),
        ]
      : ['  No task is open.']),
    ...reportKinds
      .filter((kind) => reports[kind].draft)
      .map((kind) => command(`report ${rollback}${kind === 'interim' ? '' : ` --kind ${kind}`}`)),
  ].join('\n');
}

type State = Pick<SeenFollowUp, 'over_at' | 'watched_until' | 'execution' | 'execution_status'>;

/** A follow-up that is not over needs its execution: only that checks the system and drafts the reports. */
const hasStopped = ({ over_at, execution_status }: State): boolean =>
  over_at === null && !['RUNNING', 'unreadable'].includes(execution_status);

function stateOf(followUp: State): string {
  if (followUp.over_at !== null) return `over since ${followUp.over_at}`;
  if (hasStopped(followUp)) return `STOPPED, its execution is ${followUp.execution_status}`;
  return followUp.execution_status === 'RUNNING'
    ? 'goes on'
    : `not known whether it goes on, because ${followUp.execution} could not be read`;
}

const watch = (followUp: State): string =>
  hasStopped(followUp)
    ? `NOT WATCHED: no check runs, and no report is drafted, until the follow-up is begun again`
    : `watched until ${followUp.watched_until}`;

function reportState({ draft, accepted }: FollowUp['reports']['interim']): string {
  if (accepted) return `accepted by ${accepted.operator} at ${accepted.at} (draft ${accepted.draft})`;
  return draft ? `DRAFT ${draft.number} of ${draft.at}; nobody has accepted it` : 'not drafted yet';
}

/** Returns one line per task: number, state, owner, due time, title. An overdue task says so. */
export const taskLines = (tasks: readonly FollowUpTask[], now: string): string[] =>
  tasks.map((task) => {
    const { number, owner, due, title, done_by, note } = task;
    const state = isOpen(task) ? (due <= now ? 'OVERDUE' : 'open') : 'done';
    const rest = isOpen(task) ? `due ${due}  ${owner ?? 'nobody'}` : `by ${done_by}: ${note}`;
    return `  ${String(number).padStart(2)}  ${state.padEnd(7)}  ${title}  (${rest})`;
  });
