import { reviewCommands } from '../afterwards/review.ts';
import { counted } from '../counted.ts';
import { nothingBegun } from '../ending.ts';
import { followUpOf } from '../follow-up/follow-up.ts';
import { reportKinds } from '../follow-up/schedule.ts';
import { isOpen } from '../follow-up/tasks.ts';
import type { RollbackEvent } from '../history/event.ts';
import { keptFleet } from '../history/kept-fleet.ts';
import { leftOutHosts, startCommandsForHosts, startCommandsLeft } from '../history/phases-left.ts';
import type { RollbackRecord } from '../history/record.ts';
import { skippedSteps, startCommandsForSkipped } from '../history/skipped-steps.ts';
import { environmentWords } from '../message/execution-place.ts';
import { resumeCommand } from '../message/resume-command.ts';
import { unpauseCommand } from '../message/unpause-command.ts';
import { yourName, yourReason } from '../placeholder.ts';
import { commandFor } from '../question/answer.ts';
import { answers, answersOf, type Question } from '../question/question.ts';
import type { AfterTheEnd } from './after-the-end.ts';
import { hostWords } from './shown.ts';

/**
 * One thing to do, with the commands that do it. Texts are plain, not HTML. `see`: the rollback that the step is about, if it is another
 * one. `brief`: the step in a few words, if it may wait and yet must not be forgotten.
 */
export type NextStep = {
  readonly says: string;
  readonly commands: readonly string[];
  readonly see?: string;
  readonly brief?: string;
};

type Read = {
  readonly record: RollbackRecord;
  readonly events: readonly RollbackEvent[];
  readonly environment: string;
  readonly after: AfterTheEnd;
};

/** Returns what is to be done next, the most urgent first. [] only if nothing is left to do. */
export const nextSteps = (read: Read): NextStep[] => [
  ...toAnswer(read),
  ...toResume(read),
  ...toSeeTheJoined(read),
  ...toSeeTheLater(read),
  ...toRelease(read),
  ...toReview(read),
  ...toRollBackHosts(read),
  ...toDoSkipped(read),
  ...toLiftFlags(read),
  ...toFindTheCause(read),
  ...toFollowUp(read),
];

function toAnswer({ record, events, environment }: Read): NextStep[] {
  const open = record.questions.find(({ outcome }) => outcome === null);
  const asked = events.findLast(({ type, detail }) => type === 'Question asked' && detail['number'] === open?.number);
  if (!open || !asked || record.ending !== null) return [];
  const question = asked.detail as unknown as Question;
  return [
    { says: `Answer by ${open.deadline}. Each answer and its effect:`, commands: [] },
    ...answersOf(question).map((answer) => ({
      says: `${answer}: ${answers[answer]}`,
      commands: [commandFor(answer, question, environment)],
    })),
  ];
}

function toResume({ record: { execution_arn }, after: { halted, told } }: Read): NextStep[] {
  if (halted.length === 0 && told === null) return [];
  const where = halted.length > 0 ? `halted on ${hostWords(halted)}` : 'halted';
  const words = environmentWords(execution_arn);
  return [
    {
      says: `Trading was ${where}. If nobody has resumed it since, resume it once it is safe:`,
      commands: [resumeCommand(words)],
    },
  ];
}

/** The joined rollback is in a sentence of the decision, with the command that shows it. */
function toSeeTheJoined({ record, events }: Read): NextStep[] {
  if (record.ending !== 'Joined the active rollback') return [];
  const why = events.findLast(({ type, detail }) => type === 'Decided' && detail['decision'] === record.ending);
  const [, command] =
    / See it: (npm run rollback -- show \S+.*)$/.exec(String([why?.detail['why'] ?? []].flat()[0])) ?? [];
  const [, see = ''] = / show (\S+)/.exec(command ?? '') ?? [];
  return command === undefined ? [] : [{ says: 'See the rollback that it joined:', commands: [command], see }];
}

function toSeeTheLater({ record: { execution_arn, ending }, after: { later } }: Read): NextStep[] {
  if (later === null || ending === 'Joined the active rollback') return [];
  return [
    {
      says: 'See the later rollback of the phase:',
      commands: [`npm run rollback -- show ${later.rollback_id}${environmentWords(execution_arn)}`],
      see: later.rollback_id,
    },
  ];
}

function toRelease({ record, events, after: { later } }: Read): NextStep[] {
  const { rollback_id, execution_arn, ending } = record;
  const { kept, behind, before, heldBy } = keptFleet(events);
  const words = environmentWords(execution_arn);
  const unpause = ending === 'Needs a person' ? unpauseCommand(record.problem, words) : undefined;
  const left = ending === 'Needs a person' ? startCommandsLeft(record, words) : [];
  return [
    ...[behind, heldBy, before].flatMap((other) =>
      other
        ? [
            {
              says: `${other !== before ? 'First see the rollback that still holds the fleet' : 'See the rollback that stopped and has the fleet next, until a person releases it'}:`,
              commands: [`npm run rollback -- show ${other.rollback}${words}`],
              see: other.rollback,
            },
          ]
        : [],
    ),
    ...(kept
      ? [
          {
            says: `${behind ? 'Once that one has let go and the hosts are safe' : 'Once the hosts are safe'}, release the fleet:`,
            commands: [
              `npm run rollback -- release --operator "${yourName}" --reason "${yourReason}" --rollback ${rollback_id}${words}`,
            ],
          },
        ]
      : []),
    ...(unpause
      ? [{ says: 'A pause stopped it. If it still holds and automation may act again, end it:', commands: [unpause] }]
      : []),
    ...(left.length > 0
      ? [{ says: `${rollWords(later, kept || unpause !== undefined)} back what is not done:`, commands: left }]
      : []),
  ];
}

/** A start while a later rollback is open joins that one or waits for it, so the command has a condition. */
function rollWords(later: AfterTheEnd['later'], isAfterOthers: boolean): string {
  if (later === null) return isAfterOthers ? 'Then roll' : 'Roll';
  return later.ending === null
    ? 'Only if the later rollback does not end well, roll'
    : 'Only if the later rollback has not done it, roll';
}

const toReview = ({ record: { review, rollback_id }, environment }: Read): NextStep[] =>
  review?.verdict === null
    ? [
        {
          says: `A person reviews by ${review.due} whether this rollback was right, because nobody had approved it before it acted.`,
          commands: reviewCommands(rollback_id, environment).split('\n'),
        },
      ]
    : [];

function toRollBackHosts({ record }: Read): NextStep[] {
  const hosts = leftOutHosts(record);
  if (hosts.length === 0 || record.ending === null) return [];
  return [
    {
      says: `A person left ${hosts.length === 1 ? 'a host' : `${hosts.length} hosts`} out; still at the bad version. Once mended:`,
      brief: `roll back ${hostWords(hosts)}`,
      commands: startCommandsForHosts(record, hosts, environmentWords(record.execution_arn)),
    },
  ];
}

function toDoSkipped({ record }: Read): NextStep[] {
  const skipped = skippedSteps(record);
  if (skipped.length === 0 || record.ending === null || record.ending === 'Needs a person') return [];
  return [
    {
      says: `A person skipped ${skipped.map(({ step }) => step).join(', ')} on every host. Once its cause is mended:`,
      brief: 'do the steps that a person skipped',
      commands: startCommandsForSkipped(skipped, environmentWords(record.execution_arn)),
    },
  ];
}

function toLiftFlags({ record: { flags, ending, execution_arn } }: Read): NextStep[] {
  const names = Object.keys(flags);
  if (names.length === 0 || ending === null) return [];
  const set = Object.entries(flags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  return [
    {
      says: `Still overridden by this rollback: ${set}. Once the incident is over, the administrator of the deployment lifts that in AppConfig (runbook, "Flag overrides"). This command only shows the flags:`,
      brief: `lift ${names.length === 1 ? 'the flag override' : 'the flag overrides'} ${set}`,
      commands: [`npm run rollback -- flags show${environmentWords(execution_arn)}`],
    },
  ];
}

/** The endings after which nobody has to find a cause. */
const withoutCause: readonly (string | null)[] = [
  null,
  ...['Planned', 'Not planned', 'Drill passed', 'Drill yielded', 'Drill stopped', 'Drill failed'],
  ...nothingBegun,
];

const toFindTheCause = ({ record: { ending, root_cause, rollback_id, execution_arn } }: Read): NextStep[] =>
  root_cause !== null || withoutCause.includes(ending)
    ? []
    : [
        {
          says: 'Find the root cause, and record it:',
          brief: 'record the root cause',
          commands: [
            `npm run rollback -- annotate ${rollback_id} --operator "${yourName}" --root-cause "${yourReason}"${environmentWords(execution_arn)}`,
          ],
        },
      ];

/** Returns the open tasks of the follow-up, its newest check, and the reports that nobody has accepted. */
function toFollowUp({ record: { rollback_id, execution_arn, ending }, events }: Read): NextStep[] {
  const followUp = followUpOf(events);
  if (!followUp || ending === null) return [];
  const { tasks, checks, reports, watched_until, over_at } = followUp;
  const open = tasks.filter(isOpen).toSorted((one, other) => one.due.localeCompare(other.due));
  const [next] = open;
  const last = checks.at(-1);
  const waiting = reportKinds.filter((kind) => reports[kind].accepted === null);
  if (over_at !== null && !next && waiting.length === 0) return [];
  const words = [
    next
      ? `Follow-up: ${counted(open.length, 'task')} open, the next due ${next.due}: ${next.title} (${next.owner ?? 'nobody has taken it'}).`
      : 'Follow-up: no task is open.',
    last ? `Newest check, ${counted(last.hours, 'hour')} after the end: ${last.state}.` : 'No check has run yet.',
    ...(over_at === null ? [`The hosts are watched until ${watched_until}.`] : []),
    ...waiting.map(
      (kind) =>
        `The ${kind === 'interim' ? 'interim report' : kind} is ${reports[kind].draft ? 'a draft that nobody has accepted' : 'not drafted yet'}.`,
    ),
  ];
  return [
    {
      says: words.join(' '),
      ...(next ? { brief: `${counted(open.length, 'task')} of the follow-up` } : {}),
      commands: [`npm run rollback -- follow-up ${rollback_id}${environmentWords(execution_arn)}`],
    },
  ];
}

/** Returns the commands that look at a rollback or prove it; none of them changes anything. */
export function lookCommands({ record: { rollback_id, execution_arn, ending } }: Pick<Read, 'record'>): string[] {
  const words = environmentWords(execution_arn);
  return [
    `npm run rollback -- show ${rollback_id}${words}`,
    `npm run rollback -- page ${rollback_id}${words}`,
    `npm run rollback -- verify-history ${rollback_id}${words}`,
    `npm run rollback -- evidence ${rollback_id}${words}`,
    ...(ending === null
      ? []
      : [`npm run rollback -- follow-up ${rollback_id}${words}`, `npm run rollback -- report ${rollback_id}${words}`]),
  ];
}
