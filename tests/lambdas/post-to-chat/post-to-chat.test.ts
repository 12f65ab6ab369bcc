import { expect, test } from 'vitest';
import type { ChatNotification } from '../../../domain/message/chat-notification.ts';
import { postToChatHandler } from '../../../lambdas/post-to-chat/handler.ts';

const Sns = {
  Subject: '[RESOLVED] Phase 1 Rollback Complete',
  Message: 'Rolled back.',
  Timestamp: '2026-03-02T09:00:00.000Z',
  MessageAttributes: {
    message: { Type: 'String', Value: 'rollback-complete' },
    rollback: { Type: 'String', Value: 'r-1' },
    audience: { Type: 'String.Array', Value: '["QA","Support"]' },
  },
};

test('posts the message in the thread of its rollback', async () => {
  const posted: ChatNotification[] = [];
  const handler = postToChatHandler({ post: async (one) => void posted.push(one) });
  await handler({ Records: [{ Sns }] } as never, {} as never);
  expect(posted).toMatchObject([
    {
      content: { title: '[RESOLVED] Phase 1 Rollback Complete', description: 'Rolled back.' },
      metadata: { threadId: 'r-1', additionalContext: { severity: 'unknown', audience: 'QA, Support' } },
    },
  ]);
});

test('fails if the topic refuses the message, so that Lambda tries again', async () => {
  const handler = postToChatHandler({ post: () => Promise.reject(new Error('denied')) });
  await expect(handler({ Records: [{ Sns }] } as never, {} as never)).rejects.toThrow('denied');
});
