import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';

/** A message to people. `body` is null if a version of the product sent it that did not keep the text. */
export type PackMessage = {
  readonly event: number;
  readonly at: string;
  readonly sent: boolean;
  readonly message: string | null;
  readonly subject: string | null;
  readonly body: string | null;
  readonly message_id: string | null;
  readonly error: string | null;
  readonly why: string | null;
};

/** Returns the messages to people in the order of their events, each as it was sent. */
export const messagesOf = (events: readonly RollbackEvent[]): PackMessage[] =>
  events
    .filter(({ type }) => type === 'Message sent' || type === 'Message not sent')
    .map(({ sequence, at, type, detail }) => {
      const of = (name: string) => (detail[name] ?? null) as string | null;
      return {
        event: sequence,
        at,
        sent: type === 'Message sent',
        message: of('message'),
        subject: of('subject'),
        body: of('body'),
        message_id: of('message_id'),
        error: of('error'),
        why: of('why'),
      };
    });

/** Returns version and flags before and after the rollback. */
export const changesOf = (
  [opening]: readonly RollbackEvent[],
  { phase, deployment, targets = [], restored_to, flags, flags_before }: RollbackRecord,
) => ({
  version: {
    before: deployment?.version ?? null,
    target:
      targets.find((one) => one.phase === phase)?.version ?? (opening?.detail['target_version'] as string) ?? null,
    after: restored_to,
  },
  flags: Object.fromEntries(
    Object.entries(flags).map(([flag, after]) => [flag, { before: flags_before[flag] ?? null, after }]),
  ),
});
