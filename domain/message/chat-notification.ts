import { commandsIn, cut, type Published } from './published.ts';

/**
 * A custom notification of Amazon Q Developer in chat applications, which shows it in Slack and Teams (administrator guide,
 * "Custom notifications"). `content.description` is required; every other message on a topic but those of AWS services is dropped.
 */
export type ChatNotification = {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    /** Shown as a list under the text; absent: none. */
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    /** Messages with the same value are shown as one thread. */
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
};

/**
 * The most characters and entries. The guide names no limits. Slack takes 150 characters in a header, 3,000 in a section (Block
 * Kit reference), and these stay below them after the escapes.
 */
export const most = { title: 120, description: 2400, step: 400, steps: 8 };

/** Returns a message in the form that chats show, in the thread of its rollback, with its commands as next steps. */
export function chatNotification(message: Published): ChatNotification {
  const { subject, body, rollback, phase, severity, audience, level } = message;
  const commands = commandsIn(body)
    .slice(0, most.steps)
    .map((command) => `\`${cut(plain(command), most.step).replaceAll('`', "'")}\``);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: cut(plain(subject), most.title),
      description: cut(plain(withoutCommands(body)), most.description),
      ...(commands.length > 0 ? { nextSteps: commands } : {}),
      keywords: [severity, `phase ${phase}`],
    },
    metadata: {
      threadId: rollback,
      summary: cut(plain(subject), most.title),
      eventType: message.message,
      relatedResources: [rollback],
      additionalContext: { severity, phase, audience: audience.join(', '), ...(level ? { level } : {}) },
    },
  };
}

const withoutCommands = (body: string): string =>
  body
    .split('\n')
    .filter((line) => !line.trim().startsWith('npm run rollback -- '))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');

/**
 * Escapes the three characters that begin a mention or a link in Slack (Slack reference, "Formatting text"), and removes
 * characters that nobody sees: a reason or a host's output must not call a channel.
 */
const plain = (text: string): string =>
  text
    .replaceAll(/[^\P{C}\n]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
