import type { Ending } from '../ending.ts';
import type { Kind } from '../question/question.ts';
import { isWorse, type Severity } from '../severity.ts';
import { objections, type Situation, type Unanswered, unreadableFacts } from './situation.ts';

/** What happens now, and why: sentences for the event and the message. */
export type Verdict =
  | { readonly act: true; readonly why: readonly string[] }
  | { readonly ask: Exclude<Kind, 'hand-over'>; readonly why: readonly string[] }
  | {
      readonly end: Extract<
        Ending,
        'Observed only' | 'Deferred to next release' | 'Stood down' | 'Fix forward' | 'Needs a person'
      >;
      readonly why: readonly string[];
      /** Under observe: what would have happened. */
      readonly would?: Verdict;
    };

const act = (why: string): Verdict => ({ act: true, why: [why] });
const end = (ending: Extract<Verdict, { end: string }>['end'], why: string): Verdict => ({ end: ending, why: [why] });

/** The procedure's "Action Required", where nothing is against acting. */
const matrix: Readonly<Record<Exclude<Severity, 'LOW'>, Verdict>> = {
  CRITICAL: act('CRITICAL is rolled back at once, and nothing is against it.'),
  HIGH: { ask: 'confirm', why: ['HIGH is rolled back after assessment.'] },
  MEDIUM: { ask: 'choose', why: ['MEDIUM is fixed forward or rolled back.'] },
};

/**
 * Whether a rollback begins, is asked about, or ends here: the procedure's decision matrix with everything that may stand
 * against it. Nothing else decides this.
 *
 * A person who starts a rollback has decided. What an alarm starts acts by itself only where everything could be read and
 * nothing is against it; otherwise people are asked, and where even that rests on what could not be read, one is called.
 */
export function decide(situation: Situation): Verdict {
  const { started_by, trust, blind, when_blind, severity, unanswered } = situation;
  if (started_by === 'person') return act('A person started it.');
  if (trust === 'observe')
    return {
      end: 'Observed only',
      why: ['Its trigger is only observed (trust: observe).'],
      would: decide({ ...situation, trust: 'auto' }),
    };
  if (blind && when_blind === 'ignore') return end('Observed only', 'There is no data (when_blind: ignore).');
  if (severity === 'LOW') return end('Deferred to next release', 'LOW is fixed in the next deployment.');
  return unanswered ? withoutAnswer(situation, unanswered) : (stopped(situation) ?? matrix[severity]);
}

/** Nobody answered: a permit is not given; otherwise what the alarm says now counts, and the brakes as they are now. */
function withoutAnswer(situation: Situation, { kind, alarm }: Unanswered): Verdict {
  if (kind === 'permit')
    return {
      end: 'Needs a person',
      why: ['Nobody gave the permit it needs, so nothing was begun.', ...objections(situation)],
    };
  if (kind === 'choose' && situation.environment.questions.choose === 'fix-forward')
    return end('Fix forward', 'Nobody has chosen, and this environment then fixes forward.');
  if (alarm === 'OK') return end('Stood down', 'Nobody answered, and the alarm has recovered.');
  return (
    stopped(situation) ??
    act(`Nobody answered, and the alarm ${alarm === 'ALARM' ? 'is still red' : 'is silent (when_blind: rollback)'}.`)
  );
}

/** Why nothing begins by itself; undefined where nothing is in the way. */
function stopped(situation: Situation): Verdict | undefined {
  const unknown = unreadableFacts(situation);
  if (unknown.length > 0) return { end: 'Needs a person', why: unknown };
  const against = objections(situation);
  return against.length > 0 ? { ask: 'permit', why: against } : undefined;
}

/**
 * What another alarm, or a person's start, means for a phase's open question: `rollback` answers it, `ask again` replaces
 * it by the question that the worse severity asks, null leaves it as it is.
 */
export function effectOnOpenQuestion(
  open: { kind: Kind; severity: Severity },
  joined: Situation,
): 'rollback' | 'ask again' | null {
  if (open.kind === 'hand-over') return null;
  const verdict = decide({ ...joined, unanswered: null });
  if ('act' in verdict) return 'rollback';
  return 'ask' in verdict && isWorse(joined.severity, open.severity) ? 'ask again' : null;
}
