import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Publishes one message with its attributes; returns SNS's message id. */
export type Publish = (
  subject: string,
  body: string,
  attributes: Readonly<Record<string, string | readonly string[]>>,
) => Promise<string>;

/** Publishes to the product's topic, with attributes for subscribers' filters (SNS guide, "Message attributes"). */
export const publishOn =
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
