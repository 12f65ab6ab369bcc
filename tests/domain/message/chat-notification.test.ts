import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { chatNotification, most } from '../../../domain/message/chat-notification.ts';
import type { Published } from '../../../domain/message/published.ts';

/**
 * The event schema of custom notifications (Amazon Q Developer in chat applications, administrator guide, "Custom
 * notifications"): description is required; no other field is known.
 */
const documented = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string().optional(),
  content: z.strictObject({
    textType: z.literal('client-markdown').optional(),
    title: z.string().optional(),
    description: z.string().min(1),
    nextSteps: z.array(z.string()).min(1).optional(),
    keywords: z.array(z.string()).optional(),
  }),
  metadata: z
    .strictObject({
      threadId: z.string().optional(),
      summary: z.string().optional(),
      eventType: z.string().optional(),
      relatedResources: z.array(z.string()).optional(),
      additionalContext: z.record(z.string(), z.string()).optional(),
      enableCustomActions: z.boolean().optional(),
    })
    .optional(),
});

const message: Published = {
  subject: '[CRITICAL] Phase 1: Roll it back?',
  body: 'Answer until 10:00.\n\nTo answer:\nnpm run rollback -- decide rollback --rollback r-1\nnpm run rollback -- decide stand-down --rollback r-1\n\nContacts:\nL1: desk',
  message: 'question',
  rollback: 'r-1',
  phase: '1',
  severity: 'CRITICAL',
  audience: ['Technical Lead', 'Operations'],
  level: 'L1',
  at: '2026-03-02T09:00:00.000Z',
};
const hostile = (text: string) => chatNotification({ ...message, subject: text, body: text });

describe('a notification for chats', () => {
  test('has the documented form', () => {
    expect(documented.parse(chatNotification(message))).toEqual(chatNotification(message));
  });

  test('is in the thread of its rollback', () => {
    expect(chatNotification(message).metadata).toMatchObject({ threadId: 'r-1', eventType: 'question' });
  });

  test('has the commands as next steps, and not in its text', () => {
    const { content } = chatNotification(message);
    expect(content.nextSteps).toEqual([
      '`npm run rollback -- decide rollback --rollback r-1`',
      '`npm run rollback -- decide stand-down --rollback r-1`',
    ]);
    expect(content.description).toBe('Answer until 10:00.\n\nTo answer:\n\nContacts:\nL1: desk');
  });

  test('without commands has no list of steps', () => {
    expect(documented.parse(chatNotification({ ...message, body: 'Rolled back.' })).content).not.toHaveProperty(
      'nextSteps',
    );
  });

  test.each([
    ['a mention of everybody', '<!channel> help', '&lt;!channel&gt; help'],
    ['a link with another text', '<https://evil.example|runbook>', '&lt;https://evil.example|runbook&gt;'],
    ['letters that run backwards', 'abc\u202Edef', 'abcdef'],
    ['colours of a terminal', 'a\u001B[31mb', 'a[31mb'],
  ])('shows %s as plain text', (_, text, shown) => {
    const { content } = hostile(text);
    expect([content.title, content.description]).toEqual([shown, shown]);
  });

  test('of 300 KB is cut to what a chat shows', () => {
    const { content, metadata } = hostile('<😀'.repeat(100_000));
    expect(content.title.length).toBeLessThanOrEqual(most.title);
    expect(content.description.length).toBeLessThanOrEqual(most.description);
    expect(metadata.summary.length).toBeLessThanOrEqual(most.title);
    expect(content.description).not.toMatch(/[\uD800-\uDBFF]…$/);
  });

  test('with a command that has backquotes stays one piece of code', () => {
    const body = 'npm run rollback -- ack r-1 --operator "`<!here>`"';
    expect(chatNotification({ ...message, body }).content.nextSteps).toEqual([
      '`npm run rollback -- ack r-1 --operator "\'&lt;!here&gt;\'"`',
    ]);
  });
});
