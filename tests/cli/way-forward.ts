import { type PublishedMessage, remoteAccount } from '../../rehearsals/account.ts';
import { act } from '../../rehearsals/act.ts';
import { overHttp } from '../../rehearsals/over-http.ts';
import { giveRequest } from '../../rehearsals/request.ts';
import { requestOf } from '../../rehearsals/requests.ts';
import type { StoryAction } from '../../rehearsals/story.ts';
import { sharedAssembly } from '../shared-assembly.ts';
import { simulatedAccount } from '../simulated-account.ts';
import { rollback } from './in-process.ts';

/** An action of a story, and the seconds that pass after it. */
export type Happens = readonly [after: number, action: Partial<StoryAction>];

/** An ending, and the way on for a person who has its page and nothing else. */
export type WayForward = {
  readonly name: string;
  readonly when: readonly Happens[];
  /** Part of the subject of the page from which the person begins. */
  readonly page: string;
  /** Repairs by hand that come first, as the page or its runbook says. Absent: none. */
  readonly mended?: readonly Happens[];
  /** The answer that the person chooses on a page that offers several. Absent: the page asks nothing. */
  readonly answer?: string;
  /** Part of the subject of the last message. Absent: `[RESOLVED]`. */
  readonly last?: string;
};

/** The commands that a person pastes to act; the others look, or add to a record. */
const acting = ['release', 'start', 'unpause', 'resume', 'unblock', 'decide'];

/** Returns the commands in a page, in their order: what follows `npm run rollback --`, word by word. */
export const commandsIn = (page: string): string[][] =>
  [...page.matchAll(/npm run rollback -- ((?:"[^"]*"|[^\s";]+)(?: (?:"[^"]*"|[\w-][^\s";]*))*)/g)].map(
    ([, words = '']) =>
      [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => filled(quoted ?? plain ?? '')),
  );

/** The blanks of a page, as its runbook tells the person to replace them. */
const filled = (word: string) => ({ 'YOUR NAME': person, WHY: 'looked at it' })[word] ?? word;
const person = 'cy';
/** Resumes trading after the first one has asked, with credentials of their own. */
const second = 'dan';

const isAbout = (words: readonly string[], answer: string | undefined) =>
  acting.includes(words[0] ?? '') && (words[0] !== 'decide' || words[1] === answer);

/**
 * Lets an ending happen in a simulated account of two hosts. Then pastes the acting commands of its page, and of each page that
 * follows, until a page has none that was not pasted. Returns all that a test judges.
 */
export async function goForward({ when, page, mended = [], answer }: WayForward) {
  const account = await simulatedAccount(await sharedAssembly(), { hosts: 2 });
  try {
    await account.letPass(600); // metrics have a baseline, and agents have written the flags
    const remote = remoteAccount(overHttp(account.endpoint, 'us-east-1'), 'local');
    const { accountId, hosts } = await remote.about();
    const arnOf = (machine: string) => `arn:aws:states:us-east-1:${accountId}:stateMachine:rollback-local-${machine}`;
    const happen = async (all: readonly Happens[]) => {
      for (const [after, action] of all) {
        const request = await requestOf(remote, action as StoryAction, arnOf);
        if (request) await giveRequest(remote, request, arnOf);
        else await act(remote, action as StoryAction, arnOf);
        await account.letPass(after);
      }
    };
    await happen(when);
    const begun = pages(await remote.messages()).find(({ subject = '' }) => subject.includes(page));
    if (!begun) throw new Error(`No page has ${page}; found ${(await remote.messages()).map((one) => one.subject)}`);
    await happen(mended);
    const pasted: { readonly words: string; readonly code: number; readonly stderr: string }[] = [];
    for (let text: string | undefined = begun.message; text !== undefined; ) {
      const next: string[][] = commandsIn(text).filter(
        (words) =>
          isAbout(words, answer) && (words[0] === 'resume' || !pasted.some((one) => one.words === words.join(' '))),
      );
      for (const words of next) {
        const who = words[0] === 'resume' && pasted.some((one) => one.words.startsWith('resume')) ? second : person;
        const typed = words.map((word) => (word === person ? who : word));
        const env = { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: `${who}@rollback-local-operator` };
        const { code, stderr } = await account.during(rollback(typed, env));
        pasted.push({ words: words.join(' '), code, stderr });
        await account.letPass(90);
      }
      text = next.length > 0 ? pages(await remote.messages()).at(-1)?.message : undefined;
    }
    await account.letPass(600);
    const states = await Promise.all(hosts.map(({ name }) => remote.statusOf(name)));
    const status = await account.during(rollback(['status'], { AWS_ENDPOINT_URL: account.endpoint }));
    return {
      pasted,
      // 3: another person must ask for trading to resume.
      refused: pasted.filter(({ code, words }) => code !== 0 && !(code === 3 && words.startsWith('resume'))),
      healthy: states.every((one) => one['healthy'] === true),
      held: await remote.fleetIsHeld('trading'),
      last: pages(await remote.messages()).at(-1)?.subject,
      status: status.stdout,
    };
  } finally {
    await account.close();
  }
}

/** Messages about rollbacks: no state of an alarm, and none about the readiness of hosts. */
const pages = (messages: readonly PublishedMessage[]) =>
  messages.filter(({ subject = '' }) => !subject.startsWith('ALARM') && !/^\[(HOST|HEARD|CALL)/.test(subject));
