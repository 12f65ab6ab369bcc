import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Publish } from './send-message/send-message.ts';

/** Publishes to the product's topic. Attributes are strings, for subscribers' filters. */
export const publishTo =
  (sns: SNSClient, TopicArn: string): Publish =>
  async (Subject, Message, attributes) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    const { MessageId = '' } = await sns.send(new PublishCommand({ TopicArn, Subject, Message, MessageAttributes }));
    return MessageId;
  };
