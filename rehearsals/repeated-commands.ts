import type { PublishedMessage } from './account.ts';

/** Returns a difference per command that a message offers twice: people who paste a message line by line would send it twice. */
export const repeatedCommands = (messages: readonly PublishedMessage[]): string[] =>
  messages.flatMap(({ attributes, subject, message }) => {
    const commands = message.split('\n').filter((line) => /^\s*npm run rollback -- /.test(line));
    const again = new Set(commands.filter((line, at) => commands.indexOf(line) !== at));
    const name = attributes['message'] ?? subject ?? 'unnamed';
    return [...again].map(
      (line) => `message ${name}: expected each command once, found this one again: ${line.trim()}`,
    );
  });
