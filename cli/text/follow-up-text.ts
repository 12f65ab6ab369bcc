import { counted } from '../../domain/counted.ts';
import { type FollowUp, relapseIn } from '../../domain/follow-up/follow-up.ts';
import { logWords } from '../../domain/follow-up/log-queries.ts';
import { reportKinds } from '../../domain/follow-up/schedule.ts';
import { type FollowUpTask, isOpen } from '../../domain/follow-up/tasks.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import type { LaterRollback } from '../../domain/page/after-the-end.ts';
import { ownerName, whatYouFound, yourName } from '../../domain/placeholder.ts';

type About = {
  readonly now: string;
  readonly environment: string;
  readonly execution: string;
  /** The newest later rollback of the phase; null: none is known. */
  readonly later?: LaterRollback | null;
};

/** Returns what followed a rollback, for people: what is open first, then what was found. `now`: ISO 8601. */
export function followUpText(
  rollback: string,
  { begun_at, over_at, watched_until, checks, tasks, evidence, reports }: FollowUp,
  { now, environment, execution, later = null }: About,
): string {
  const words = environmentOption(environment);
  const command = (rest: string) => `  npm run rollback -- ${rest}${words}`;
  const [first] = tasks.filter(isOpen);
  const last = checks.at(-1);
  return [
    `Follow-up of rollback ${rollback}: ${stateWords(over_at, execution)}, begun ${begun_at}`,
    ...(isStopped(over_at, execution)
      ? [
          '  Nobody watches the system after this rollback. Begin the follow-up again:',
          command(`follow-up ${rollback} --begin`),
        ]
      : []),
    `  hosts     ${isStopped(over_at, execution) ? 'not watched; planned' : 'watched'} until ${watched_until}; newest check: ${last ? `${last.state}, at ${last.at}` : 'none yet'}`,
    'TASKS',
    ...taskLines(tasks, now),
    'EVIDENCE',
    ...evidenceLines(evidence),
    'REPORTS',
    ...reportKinds.map((kind) => `  ${kind.padEnd(12)} ${reportState(reports[kind])}`),
    'CHECKS',
    ...(checks.length === 0
      ? ['  none yet']
      : checks.map(({ at, state, says }) => `  ${at}  ${state.padEnd(8)}  ${says.join(' ')}`)),
    'NEXT',
    ...afterRelapse(checks, { later, command }),
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

/** Returns what people do first after a relapse; [] if the newest check found none. */
function afterRelapse(
  checks: FollowUp['checks'],
  { later, command }: Pick<Required<About>, 'later'> & { readonly command: (rest: string) => string },
): string[] {
  const relapse = relapseIn({ checks });
  if (!relapse) return [];
  return [
    `  It is not well again, by the check of ${relapse.at}. What to do: docs/runbook.md#relapse`,
    ...(later === null
      ? []
      : [
          `  Rollback ${later.rollback_id} began later: ${later.ending === null ? 'it is open' : `it ended "${later.ending}"`}. See it:`,
          command(`show ${later.rollback_id}`),
        ]),
  ];
}

/** Returns the objects of the newest evidence, in the bucket of the export, and what is missing of it. */
function evidenceLines(all: FollowUp['evidence']): string[] {
  const newest = all.at(-1);
  if (!newest) return ['  none collected yet'];
  const { hours, key, metrics_missing, logs } = newest;
  return [
    `  metrics      ${metrics_missing === undefined ? `${key}, ${counted(hours, 'hour')} after the end` : `NOT KNOWN: ${metrics_missing}`}`,
    ...logs.map((one) =>
      'missing' in one
        ? `  logs         NOT KNOWN: of ${logWords[one.of]}: ${one.missing}`
        : `  logs         ${one.key}: ${one.lines} of ${one.matched} lines of ${logWords[one.of]}`,
    ),
  ];
}

const isStopped = (over_at: string | null, execution: string) =>
  over_at === null && !['RUNNING', unreadable].includes(execution);

/** The status of an execution that may not be read, or is not there. */
export const unreadable = 'not readable';

function stateWords(over_at: string | null, execution: string): string {
  if (over_at !== null) return `over since ${over_at}`;
  if (execution === 'RUNNING') return 'goes on';
  return isStopped(over_at, execution)
    ? `STOPPED (its execution is ${execution})`
    : 'not over; whether its execution still runs could not be read';
}

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
