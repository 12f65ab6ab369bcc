import type { Execution, RemoteAccount } from './account.ts';
import type { Outcome } from './story.ts';

/** Returns one sentence per difference between the expected and the found events of the pager and notifications of the chat. */
export async function outsideDifferences(
  which: string,
  { pager, chat }: Pick<Outcome, 'pager' | 'chat'>,
  account: RemoteAccount,
  { arn }: Execution,
): Promise<string[]> {
  const id = arn.split(':').at(-1) ?? '';
  return [
    ...(pager ? pagerDifferences(which, pager, await pagedAbout(account, id)) : []),
    ...(chat ? chatDifferences(which, chat, await postedAbout(account, id)) : []),
  ];
}

async function pagedAbout(account: RemoteAccount, id: string): Promise<string[]> {
  const received = await account.received();
  return received.filter(({ body }) => body['dedup_key'] === id).map(({ body }) => String(body['event_action']));
}

function pagerDifferences(which: string, expected: readonly string[], found: readonly string[]): string[] {
  if (expected.join() === found.join()) return [];
  return [
    `${which}: expected the pager's events ${expected.join(', ') || 'none'}, found ${found.join(', ') || 'none'}`,
  ];
}

/** Notifications are published to a topic of their own, and name their rollback and message inside. */
async function postedAbout(account: RemoteAccount, id: string): Promise<string[]> {
  const onTopic = (await account.messages()).filter(({ topic }) => topic.endsWith('-chat'));
  return onTopic
    .map(({ message }) => (JSON.parse(message) as { metadata: { threadId: string; eventType: string } }).metadata)
    .filter(({ threadId }) => threadId === id)
    .map(({ eventType }) => eventType);
}

function chatDifferences(which: string, expected: readonly string[], found: readonly string[]): string[] {
  let from = 0;
  for (const name of expected) {
    const at = found.indexOf(name, from);
    if (at === -1)
      return [
        `${which}: expected in the chat ${expected.join(', ')} in this order, found ${found.join(', ') || 'none'}`,
      ];
    from = at + 1;
  }
  return [];
}
