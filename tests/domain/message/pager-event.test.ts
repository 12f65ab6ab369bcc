import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type PagerAction, pagerAction, pagerEvent } from '../../../domain/message/pager-event.ts';
import type { Published } from '../../../domain/message/published.ts';
import { callMessages } from '../../../domain/question/calls.ts';

/** The form of an alert event (PagerDuty Events API v2, "Send an Alert Event": parameters and their longest values). */
const keys = { routing_key: z.string().length(32), dedup_key: z.string().min(1).max(255) };
const documented = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...keys,
    event_action: z.literal('trigger'),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
    images: z.array(z.strictObject({ src: z.url(), href: z.url().optional(), alt: z.string().optional() })).optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
    client: z.string().optional(),
    client_url: z.url().optional(),
  }),
  z.strictObject({ ...keys, event_action: z.literal('acknowledge') }),
  z.strictObject({ ...keys, event_action: z.literal('resolve') }),
]);

const message: Published = {
  subject: '[CRITICAL] Phase 1: Roll it back?',
  body: 'Execution: https://console.example.com/x?y=1#/z.\nnpm run rollback -- show r-1',
  message: 'question',
  rollback: 'r-1',
  phase: '1',
  severity: 'CRITICAL',
  audience: ['Operations'],
  level: 'L1',
  at: '2026-03-02T09:00:00.000Z',
};
const of = { environment: 'production', routingKey: 'k'.repeat(32) };
const event = (changes: Partial<Published> = {}, action: PagerAction = 'trigger') =>
  pagerEvent({ ...message, ...changes }, action, of);

describe('an event for the pager', () => {
  test.each(['trigger', 'acknowledge', 'resolve'] as const)('has the documented form: %s', (action) => {
    expect(documented.parse(event({}, action))).toEqual(event({}, action));
  });

  test('has the id of the rollback as its key, so that all events concern one alert', () => {
    expect([event().dedup_key, event({}, 'resolve').dedup_key]).toEqual(['r-1', 'r-1']);
  });

  test('that triggers says what, how bad, and what to do', () => {
    expect(event().payload).toMatchObject({
      summary: message.subject,
      severity: 'critical',
      source: 'rollback-production',
      custom_details: { commands: ['npm run rollback -- show r-1'], level: 'L1', rollback: 'r-1' },
    });
    expect(event().links).toEqual([
      { href: 'https://console.example.com/x?y=1#/z', text: 'https://console.example.com/x?y=1#/z' },
    ]);
  });

  test.each([
    ['CRITICAL', 'critical'],
    ['HIGH', 'error'],
    ['MEDIUM', 'warning'],
    ['LOW', 'info'],
    ['unknown', 'critical'],
  ])('gives %s the severity %s', (severity, expected) => {
    expect(event({ severity }).payload?.severity).toBe(expected);
  });

  test('of a long message stays within 512 KB, even if each character is escaped', () => {
    const long = event({ subject: 'x'.repeat(5000), body: '\u0001'.repeat(256_000), rollback: 'r'.repeat(300) });
    expect(documented.parse(long)).toEqual(long);
    expect(Buffer.byteLength(JSON.stringify(long))).toBeLessThan(512 * 1024);
  });
});

describe('what a message does to the alert', () => {
  test.each([
    ['question', 'trigger'],
    ['question-2', 'trigger'],
    ['reminder-80', 'trigger'],
    ['needs-a-person', 'trigger'],
    ['fleet-held-2', 'trigger'],
    ['limit-missed', 'trigger'],
    ['rollback-unverified', 'trigger'],
    ['initial-alert', 'acknowledge'],
    ['acknowledged-2', 'acknowledge'],
    ['answered', 'acknowledge'],
    ['released', 'acknowledge'],
    ['rollback-complete', 'resolve'],
    ['stood-down', 'resolve'],
    ['fix-forward', 'resolve'],
    ['observed-only', 'resolve'],
    ['review-50', null],
    ['drill-result', null],
  ])('%s: %s', (name, action) => {
    expect(pagerAction({ message: name, subject: 'x' })).toBe(action);
  });

  test('every call triggers, and all other news of calls acknowledges', () => {
    for (const name of callMessages([1, 2, 3]))
      expect([name, pagerAction({ message: name, subject: 'x' })]).toEqual([
        name,
        name.startsWith('call-') ? 'trigger' : 'acknowledge',
      ]);
  });

  test('a message of a drill does nothing', () => {
    expect(pagerAction({ message: 'question', subject: 'DRILL [HIGH] Phase 1: Roll it back?' })).toBeNull();
  });
});
