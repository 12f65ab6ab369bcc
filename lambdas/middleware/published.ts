import * as z from 'zod';
import type { Published } from '../../domain/message/published.ts';

const text = z.object({ Value: z.string() }).optional();

/** The event with which SNS invokes a function (Lambda guide, "Using Lambda with Amazon SNS"): one record. */
const snsEvent = z.object({
  Records: z
    .array(
      z.object({
        Sns: z.object({
          Subject: z.string().nullish(),
          Message: z.string(),
          Timestamp: z.string(),
          MessageAttributes: z.object({
            message: z.object({ Value: z.string() }),
            rollback: z.object({ Value: z.string() }),
            phase: text,
            severity: text,
            audience: text,
            level: text,
          }),
        }),
      }),
    )
    .min(1),
});

/** Reads the messages about rollbacks with which SNS invoked the function. An event of another form is an error. */
export const publishedMessages = snsEvent.transform(({ Records }): Published[] =>
  Records.map(({ Sns: { Subject, Message, Timestamp, MessageAttributes: of } }) => ({
    subject: Subject ?? '',
    body: Message,
    message: of.message.Value,
    rollback: of.rollback.Value,
    phase: of.phase?.Value ?? 'unknown',
    severity: of.severity?.Value ?? 'unknown',
    audience: rolesIn(of.audience?.Value),
    ...(of.level ? { level: of.level.Value } : {}),
    at: Timestamp,
  })),
);

/** The attribute is a list in JSON (SNS guide, "String.Array"). */
function rolesIn(value: string | undefined): string[] {
  const found: unknown = value === undefined ? [] : JSON.parse(value);
  return Array.isArray(found) ? found.map(String) : [];
}
