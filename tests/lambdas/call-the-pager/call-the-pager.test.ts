import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RollbackEvent } from '../../../domain/history/event.ts';
import type { Published } from '../../../domain/message/published.ts';
import { type CallThePagerDeps, callThePager } from '../../../lambdas/call-the-pager/call-the-pager.ts';
import { callThePagerHandler } from '../../../lambdas/call-the-pager/handler.ts';

const message: Published = {
  ...{ subject: 'Roll it back?', body: 'x', message: 'question', rollback: 'r-1', phase: '1', severity: 'HIGH' },
  ...{ audience: ['Operations'], at: '2026-03-02T09:00:00.000Z' },
};
let posted: { url: string; body: unknown }[];
let refused: number;
beforeEach(() => {
  [posted, refused] = [[], 0];
});

const deps = (changes: Partial<CallThePagerDeps> = {}): CallThePagerDeps => ({
  post: async (url, body) => {
    posted.push({ url, body });
    return { status: 202, text: '' };
  },
  endpoint: 'https://pager.example.com/v2/enqueue',
  routingKey: async () => 'key',
  environment: 'production',
  history: { events: async () => [] },
  countRefused: async () => {
    refused += 1;
  },
  ...changes,
});
const call = (changes: Partial<CallThePagerDeps> = {}, ...messages: Partial<Published>[]) =>
  callThePager(
    deps(changes),
    (messages.length > 0 ? messages : [{}]).map((one) => ({ ...message, ...one })),
  );
const answers = (status: number) => ({ post: async () => ({ status, text: 'said' }) });

describe('call-the-pager', () => {
  test('posts the event of a page to the endpoint', async () => {
    await call();
    expect(posted).toMatchObject([
      {
        url: 'https://pager.example.com/v2/enqueue',
        body: { event_action: 'trigger', dedup_key: 'r-1', routing_key: 'key' },
      },
    ]);
  });

  test('posts nothing about a message that pages nobody, and reads no key', async () => {
    await call({ routingKey: () => Promise.reject(new Error('read')) }, { message: 'review-50' });
    expect(posted).toEqual([]);
  });

  test.each([429, 500, 503])('fails if the pager answers %i, so that Lambda tries again', async (status) => {
    await expect(call(answers(status))).rejects.toThrow(
      `The pager answered ${status} to trigger of rollback r-1 (question): said Lambda tries again.`,
    );
    expect(refused).toBe(0);
  });

  test('fails if the pager does not answer', async () => {
    await expect(call({ post: () => Promise.reject(new Error('timeout')) })).rejects.toThrow('timeout');
  });

  test.each([400, 401, 404])('counts an event that is refused with %i, and does not repeat it', async (status) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    await call(answers(status));
    expect(refused).toBe(1);
    expect(log.mock.calls[0]?.[0]).toMatch(/It is not sent again: runbook, pager-not-called\.$/);
    expect(log.mock.calls[0]?.[0]).not.toContain('key ');
    log.mockRestore();
  });
});

describe('a page that is repeated late', () => {
  const happened = (type: string, at: string, detail = {}) => [{ type, at, detail }] as unknown as RollbackEvent[];
  const after = '2026-03-02T09:01:00.000Z';
  const postedAfter = async (events: readonly RollbackEvent[]) => {
    await call({ history: { events: async () => [...events] } });
    return posted.length;
  };

  test.each([
    ['somebody acknowledged it', happened('Acknowledged', after)],
    ['the question has its answer', happened('Question settled', after, { outcome: 'rollback' })],
    ['the fleet was released', happened('Fleet released', after)],
  ])('is not sent if meanwhile %s', async (_, events) => {
    expect(await postedAfter(events)).toBe(0);
  });

  test.each([
    ['somebody acknowledged an earlier one', happened('Acknowledged', '2026-03-02T08:59:00.000Z')],
    ['nobody answered', happened('Question settled', after, { outcome: 'nobody answered' })],
  ])('is sent if %s', async (_, events) => {
    expect(await postedAfter(events)).toBe(1);
  });

  test('is sent if the history cannot be read', async () => {
    await call({ history: { events: () => Promise.reject(new Error('down')) } });
    expect(posted).toHaveLength(1);
  });
});

describe('the event of SNS', () => {
  const attribute = (Value: string) => ({ Type: 'String', Value });
  const MessageAttributes = {
    message: attribute('call-L2'),
    rollback: attribute('r-1'),
    phase: attribute('1'),
    severity: attribute('CRITICAL'),
    audience: attribute('["Operations"]'),
    level: attribute('L2'),
  };
  const sns = (attributes: object) => ({
    Records: [{ Sns: { Subject: 's', Message: 'b', Timestamp: message.at, MessageAttributes: attributes } }],
  });

  test('is read, with the level that is called', async () => {
    await callThePagerHandler(deps())(sns(MessageAttributes) as never, {} as never);
    expect(posted).toMatchObject([{ body: { payload: { class: 'call-L2', custom_details: { level: 'L2' } } } }]);
  });

  test('without the name of a rollback is refused', async () => {
    const { rollback: _, ...others } = MessageAttributes;
    await expect(callThePagerHandler(deps())(sns(others) as never, {} as never)).rejects.toThrow('rollback');
  });
});
