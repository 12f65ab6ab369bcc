/** One attribute of a message, in the form that SNS and SQS share. */
export type MessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
};
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;
