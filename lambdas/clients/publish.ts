import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Publish } from '../send-message/send-message.ts';

/** Publishes to the product's topic, with attributes for subscribers' filters (SNS guide, "Message attributes"). */
export const publishTo =
  (sns: SNSClient, TopicArn: string): Publish =>
  async (Subject, Message, attributes) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === 'string'
          ? { DataType: 'String', StringValue: value }
          : { DataType: 'String.Array', StringValue: JSON.stringify(value) },
      ]),
    );
    const { MessageId = '' } = await sns.send(new PublishCommand({ TopicArn, Subject, Message, MessageAttributes }));
    return MessageId;
  };
