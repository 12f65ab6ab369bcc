import * as may from '../permissions.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Posts messages to the topic that Amazon Q Developer in chat applications reads. It uses no table. */
export const postToChat: Task = {
  name: 'post-to-chat',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({ CHAT_TOPIC_ARN: may.chatTopicArn(context.scope, context.environmentName) }),
  rights: ({ scope, environmentName, operators }) => may.publishToChat(scope, environmentName, operators),
};
