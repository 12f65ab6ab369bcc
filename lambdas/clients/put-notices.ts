import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { noticeSource, type TaskNotice } from '../../domain/follow-up/task-notice.ts';
import { type PutEvents, putEventsOn } from './put-events.ts';

/** Puts events about tasks onto the account's default bus. Throws if EventBridge refuses one: a repeat puts them again. */
export type PutNotices = PutEvents<TaskNotice>;

export const putNoticesOn = (eventBridge: EventBridgeClient): PutNotices => putEventsOn(eventBridge, noticeSource);
