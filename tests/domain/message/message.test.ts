import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { message, placeholders } from '../../../domain/message/message.ts';

const template =
  'SUBJECT: [severity] in Phase [phase]\nAUDIENCE: Technical Lead, QA\n\nImpact: [impact]\nPhase [phase] again\n';

test('values are put in wherever they are named', () => {
  expect(message(template, { severity: 'HIGH', phase: 1, impact: 'bad fills' })).toEqual({
    subject: 'HIGH in Phase 1',
    body: 'Impact: bad fills\nPhase 1 again',
    audience: ['Technical Lead', 'QA'],
  });
});

test.each([
  ['missing', {}],
  ['null', { impact: null }],
])('a value that is %s is said to be unknown', (_, values) => {
  expect(message(template, values).body).toContain('Impact: unknown');
});

test('what stands in capitals is text and not a value: [RESOLVED]', () => {
  expect(message('SUBJECT: [RESOLVED] x\n\ny', {}).subject).toBe('[RESOLVED] x');
});

test('a value that looks like a placeholder stays as it is', () => {
  expect(message(template, { impact: '[phase] $1 $&', phase: 1 }).body).toContain('Impact: [phase] $1 $&');
});

test('a template wants each name once', () => {
  expect(placeholders(template)).toEqual(['severity', 'phase', 'impact']);
});

test('a text that does not say whom it is for is for everybody', () => {
  expect(message('SUBJECT: x\n\ny', {})).toEqual({
    subject: 'x',
    body: 'y',
    audience: ['Technical Lead', 'Operations', 'QA', 'Communications', 'Support'],
  });
});

describe('a subject, as SNS takes it', () => {
  const subject = (severity: string) => message('SUBJECT: [severity]!\n\nBody.', { severity }).subject;

  test.each([
    ['a line break', 'a\nb', 'a b!'],
    ['a line break of Windows', 'a\r\nb', 'a b!'],
    ['a tab and blanks', 'a \t  b', 'a b!'],
    ['a control character', 'a\u0007b', 'a b!'],
    ['a line separator', 'a\u2028b', 'a b!'],
    ['an override of direction', 'a\u202Eb', 'a b!'],
    ['blanks at its ends', '  a', 'a!'],
  ])('has %s cleaned', (_, written, read) => {
    expect(subject(written)).toBe(read);
  });

  test('loses nothing of the body to a line break in a value', () => {
    expect(message('SUBJECT: [a]\n\nBody.', { a: 'x\ny' }).body).toBe('Body.');
  });

  test.each([
    [98, 99],
    [99, 99],
    [500, 99],
  ])('of a value of %d characters has %d', (length, expected) => {
    expect(subject('x'.repeat(length))).toHaveLength(expected);
  });

  test('that was cut says so', () => {
    expect(subject('x'.repeat(500))).toMatch(/x…$/);
  });

  test('is under 100 of UTF-16 too, and no character is cut in half', () => {
    const long = subject('💥'.repeat(90));
    expect(long.length).toBeLessThan(100);
    expect(long).toBe(`${'💥'.repeat(49)}…`);
  });
});

describe.each(readdirSync(new URL('../../../infra/notifications', import.meta.url)))('%s', (file) => {
  const text = readFileSync(new URL(`../../../infra/notifications/${file}`, import.meta.url), 'utf8');

  test('has a subject, an audience, an empty line, and a body', () => {
    expect(text).toMatch(/^SUBJECT: .+\nAUDIENCE: .+\n\n.+/);
  });
});
