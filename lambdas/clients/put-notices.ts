import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { noticeSource, type TaskNotice } from '../../domain/follow-up/task-notice.ts';

/** Puts events about tasks onto the account's default bus. Throws if EventBridge refuses one: a repeat puts them again. */
export type PutNotices = (notices: readonly TaskNotice[]) => Promise<void>;

/** PutEvents takes so many at once. */
const most = 10;

export const putNoticesOn =
  (eventBridge: EventBridgeClient): PutNotices =>
  async (notices) => {
    for (let from = 0; from < notices.length; from += most) {
      const { FailedEntryCount, Entries } = await eventBridge.send(
        new PutEventsCommand({
          Entries: notices.slice(from, from + most).map(({ type, detail }) => ({
            Source: noticeSource,
            DetailType: type,
            Detail: JSON.stringify(detail),
          })),
        }),
      );
      const refused = Entries?.find(({ ErrorCode }) => ErrorCode);
      if (FailedEntryCount) throw new Error(`EventBridge refused an event about a task: ${refused?.ErrorMessage}`);
    }
  };
