import type { RollbackEvent } from '../history/event.ts';
import { shutDownWhileAsking } from '../history/hosts-shut-down.ts';
import { type RollbackRecord, recordOf } from '../history/record.ts';
import { type Heard, type News, newsMessage, type Page, type Paging } from '../question/calls.ts';
import { fleetWait } from './fleet-wait.ts';

/** Returns whether people are called about a rollback, by its events, which begin with the opening. */
export function pagingOf(events: readonly RollbackEvent[]): Paging {
  const record = recordOf(events);
  const page = openPage(record, events);
  const acknowledged = events.filter(({ type }) => type === 'Acknowledged').map(heardIn);
  return {
    page,
    heard: page && (acknowledged.findLast(({ at }) => at >= toldAt(page, record)) ?? aborted(record)),
    news: newsOf(record, acknowledged),
    sent: new Set(record.messages.filter(({ sent }) => sent).map(({ message }) => message)),
  };
}

/**
 * Returns the page about which people are called; null: there is none. A drill calls nobody.
 *
 * A rollback that waits for a fleet has a page once its message about that wait was sent.
 */
export function openPage(record: RollbackRecord, events: readonly RollbackEvent[]): Page | null {
  const { ending, completion_time, fleet_released, severity, mode, questions } = record;
  if (isExercise(mode)) return null;
  if (ending !== null)
    return ending === 'Needs a person' && !fleet_released && completion_time !== null
      ? { about: 'ending', number: 1, severity, since: completion_time, deadline: null, ...reminding(events) }
      : null;
  const question = questions.find(({ outcome }) => outcome === null);
  if (question) {
    const { number, asked_at, deadline } = question;
    const page = { about: 'question', number, severity, since: asked_at, deadline } as const;
    return { ...page, ...from(shutDownWhileAsking(events), asked_at) };
  }
  const wait = fleetWait(events);
  const name = wait && (wait.holders > 1 ? `fleet-held-${wait.holders}` : 'fleet-held');
  const since = name && record.messages.find(({ message, sent }) => sent && message === name)?.at;
  return wait && since ? { about: 'fleet', number: wait.holders, severity, since, deadline: null } : null;
}

/** Nobody is called while the hosts are shut down; at the pre-open people are reminded. */
function reminding(events: readonly RollbackEvent[]): { since?: string; reminds?: true } {
  const until = events.findLast(({ type }) => type === 'Rollback closed')?.detail['off_until'];
  return typeof until === 'string' ? from(until) : {};
}

/** The calls begin again at the pre-open (`until`), from L1 on. `asked_at`: of a question that was asked later, it changes nothing. */
const from = (until: string | undefined, asked_at = ''): { since?: string; reminds?: true } =>
  until !== undefined && until > asked_at ? { since: until, reminds: true } : {};

/** Returns the instant of the first message: a person who acknowledged that one needs no reminder. */
const toldAt = ({ since, reminds, number }: Page, { completion_time, questions }: RollbackRecord): string =>
  (reminds && (completion_time ?? questions.find((one) => one.number === number)?.asked_at)) || since;

/** The person who chose that the rollback stops here knows that it needs a person; null: it stopped otherwise. */
function aborted({ ending, questions }: RollbackRecord): Heard | null {
  const { outcome, answers = [], settled_at } = questions.at(-1) ?? {};
  const given = answers.findLast(({ answer }) => answer === 'abort');
  if (ending === null || outcome !== 'abort' || !given || !settled_at) return null;
  return { operator: given.operator ?? 'somebody', at: settled_at };
}

const heardIn = ({ detail, at }: RollbackEvent): Heard => ({ operator: String(detail['operator']), at });

/**
 * Returns what to tell everybody who was called: each acknowledgement, each decided hand-over, the release of the fleet.
 *
 * The decision on a question before the rollback is no news: the rollback's next message reports it.
 */
function newsOf({ questions, fleet_released: released, mode }: RollbackRecord, heard: readonly Heard[]): News[] {
  if (isExercise(mode)) return [];
  const answered = questions.filter(
    ({ kind, outcome }) => kind === 'hand-over' && outcome !== null && !noAnswers.includes(outcome),
  );
  return [
    ...heard.map(({ operator, at }, i) => ({
      message: newsMessage('acknowledged', i + 1),
      says: `${operator} has heard it, and said so at ${at}.`,
    })),
    ...answered.map(({ number, outcome, settled_by }) => ({
      message: newsMessage('answered', number),
      says: `Question ${number} is answered "${outcome}". ${settled_by ?? ''}`.trim(),
    })),
    ...(released
      ? [
          {
            message: newsMessage('released', 1),
            says: `${released.operator} released the fleet at ${released.at}. Reason: ${released.reason}`,
          },
        ]
      : []),
  ];
}

/** A drill and a plan change nothing, so nobody is called. */
const isExercise = (mode: string): boolean => mode === 'simulate' || mode === 'plan';

/** The outcomes of a question that are no person's answer. */
const noAnswers: readonly string[] = ['nobody answered', 'not proved', 'ask again'];
