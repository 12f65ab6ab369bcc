import type { Ending } from '../ending.ts';
import type { Kind } from '../question/question.ts';
import type { Outcome } from '../question/resolution.ts';

/** The machine's next action after a question is decided. */
type Next =
  /** `few`: on the ill hosts alone that the question names. */
  | { readonly act: true; readonly few?: true }
  | { readonly end: Extract<Ending, 'Stood down' | 'Fix forward' | 'Needs a person'> }
  /** Return to the step that failed, or continue after it. */
  | { readonly resume: 'retry' | 'retry-failed-hosts' | 'skip' | 'without-hosts' }
  /** Ask the hand-over again, with a new deadline. */
  | { readonly handOver: true }
  /** Call decide() again: with the question unanswered, or with the worse severity of the alarm that joined. */
  | { readonly decide: 'nobody answered' | 'ask again' };

/** Returns the machine's next action after a question of this kind had this outcome. */
export function nextAfterQuestion(kind: Kind, outcome: Outcome): Next {
  switch (outcome) {
    case 'rollback':
      return { act: true };
    case 'ill-hosts':
      return { act: true, few: true };
    case 'stand-down':
      return { end: 'Stood down' };
    case 'fix-forward':
      return { end: 'Fix forward' };
    case 'abort':
    case 'not proved':
      return { end: 'Needs a person' };
    case 'retry':
    case 'retry-failed-hosts':
    case 'skip':
    case 'without-hosts':
      return { resume: outcome };
    case 'nobody answered':
      return kind === 'hand-over' ? { end: 'Needs a person' } : { decide: outcome };
    case 'ask again':
      return kind === 'hand-over' ? { handOver: true } : { decide: outcome };
  }
}
