import { yourName } from '../placeholder.ts';
import { callsAbout, type Heard, type LevelCall, type Page } from '../question/calls.ts';
import { type Contacts, contactLine } from '../question/contact.ts';
import { environmentWords } from './execution-place.ts';

/** The placeholders that the messages of calls may contain, in addition to messageWords and questionWords. */
export const callWords = ['level', 'about', 'next_call', 'news'] as const;

type Of = {
  readonly rollback: string;
  readonly execution_arn: string;
  readonly environment: string;
  readonly contacts: Contacts;
};

/** Returns the values of the message that calls a level about a page. */
export function callValues({ level, message }: LevelCall, page: Page, of: Of): Record<string, string> {
  const { rollback, execution_arn, environment, contacts } = of;
  const later = callsAbout(page, contacts);
  const next = later[later.findIndex((one) => one.message === message) + 1];
  return {
    level,
    about: inWords(page),
    standing: standingOf(page, null),
    called: contactLine(level, contacts),
    next_call: next
      ? `Unless somebody acknowledges it, ${next.level} is called at ${next.at}.`
      : 'Nobody else is called: this was the last level.',
    // These sentences are here and not in the template, because Reconcile has all its templates in variables of 4 KB.
    inputs: [
      `Or from the console: start the state machine rollback-${environment}-annotate in Step Functions with this, with your name:`,
      JSON.stringify({ rollback, operator: yourName, acknowledge: true }),
    ].join('\n'),
    commands: [
      'To stop the calls, say that you have heard it; the second command shows what it is about. In a checkout of this repository:',
      `npm run rollback -- ack ${rollback} --operator "${yourName}"${environmentWords(execution_arn)}`,
      `npm run rollback -- show ${rollback}${environmentWords(execution_arn)}`,
    ].join('\n'),
  };
}

/** Unheard: nobody acknowledged a page. Unanswered: somebody did, and has not acted yet. */
export const standingOf = ({ since, about }: Pick<Page, 'since' | 'about'>, heard: Heard | null): string =>
  heard
    ? `Unanswered: ${heard.operator} acknowledged it at ${heard.at}, and ${about === 'question' ? 'has not answered' : 'it still waits'}.`
    : `Unheard: nobody has acknowledged it since ${since}.`;

/** Returns, in words for a subject, what waits for a person. */
function inWords({ about, number, deadline }: Page): string {
  if (about === 'question') return `question ${number} waits until ${deadline}`;
  return about === 'fleet' ? 'it waits for a fleet that a person must free' : 'it stopped and needs a person';
}

/** Returns who a reminder calls, in words: nobody new, if somebody has heard the question or if calls come by themselves. */
export function calledByReminder(
  level: Parameters<typeof contactLine>[0],
  { severity }: Pick<Page, 'severity'>,
  { heard, contacts }: { readonly heard: Heard | null; readonly contacts: Contacts },
): string {
  if (heard) return `nobody else, because ${heard.operator} acknowledged it at ${heard.at}`;
  if (severity === 'CRITICAL') return 'L2 to L4 in turn, two minutes apart, each by a message of its own';
  return contactLine(level, contacts);
}
