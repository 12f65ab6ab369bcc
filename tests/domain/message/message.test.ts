import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { message, placeholders } from '../../../domain/message/message.ts';

const template =
  'SUBJECT: [severity] in Phase [phase]\nAUDIENCE: Technical Lead, QA\n\nImpact: [impact]\nPhase [phase] again\n';

test('fills every placeholder with its value', () => {
  expect(message(template, { severity: 'HIGH', phase: 1, impact: 'bad fills' })).toEqual({
    subject: 'HIGH in Phase 1',
    body: 'Impact: bad fills\nPhase 1 again',
    audience: ['Technical Lead', 'QA'],
  });
});

test.each([
  ['missing', {}],
  ['null', { impact: null }],
])('shows a value that is %s as unknown', (_, values) => {
  expect(message(template, values).body).toContain('Impact: unknown');
});

test('keeps capitals in brackets as text: [RESOLVED]', () => {
  expect(message('SUBJECT: [RESOLVED] x\n\ny', {}).subject).toBe('[RESOLVED] x');
});

test('does not fill a placeholder inside a value', () => {
  expect(message(template, { impact: '[phase] $1 $&', phase: 1 }).body).toContain('Impact: [phase] $1 $&');
});

describe('a command that a value repeats', () => {
  const bodyOf = (text: string, values = {}) => message(`SUBJECT: x\n\n${text}`, values).body;
  const [show, follow] = ['npm run rollback -- show r1', 'npm run rollback -- follow-up r1'];

  test('is sent once, where it comes first', () => {
    expect(bodyOf(`${follow}\nHealthy.\n[reference]`, { reference: `Next:\n${follow}\n${show}` })).toBe(
      `${follow}\nHealthy.\nNext:\n${show}`,
    );
  });

  test('leaves no heading without a command', () => {
    expect(bodyOf(`${show}\n[reference]`, { reference: `Runbook: x\nNext:\n${show}` })).toBe(`${show}\nRunbook: x`);
  });

  test('leaves lines that are no commands, and commands that differ, as they are', () => {
    const text = `Healthy.\nHealthy.\nNext:\n${show}\nThen:\n${show} --environment staging`;
    expect(bodyOf(text)).toBe(text);
  });
});

test('returns each placeholder once', () => {
  expect(placeholders(template)).toEqual(['severity', 'phase', 'impact']);
});

test('sends a text without an AUDIENCE line to every role', () => {
  expect(message('SUBJECT: x\n\ny', {})).toEqual({
    subject: 'x',
    body: 'y',
    audience: ['Technical Lead', 'Operations', 'QA', 'Communications', 'Support'],
  });
});

describe('a subject that SNS accepts', () => {
  const subject = (severity: string) => message('SUBJECT: [severity]!\n\nBody.', { severity }).subject;

  test.each([
    ['a line break', 'a\nb', 'a b!'],
    ['a line break of Windows', 'a\r\nb', 'a b!'],
    ['a tab and blanks', 'a \t  b', 'a b!'],
    ['a control character', 'a\u0007b', 'a b!'],
    ['a line separator', 'a\u2028b', 'a b!'],
    ['an override of direction', 'a\u202Eb', 'a b!'],
    ['blanks at its ends', '  a', 'a!'],
  ])('is cleaned of %s', (_, written, read) => {
    expect(subject(written)).toBe(read);
  });

  test('does not end at a line break in a value', () => {
    expect(message('SUBJECT: [a]\n\nBody.', { a: 'x\ny' }).body).toBe('Body.');
  });

  test.each([
    [98, 99],
    [99, 99],
    [500, 99],
  ])('has, for a value of %d characters, %d characters', (length, expected) => {
    expect(subject('x'.repeat(length))).toHaveLength(expected);
  });

  test('ends with … if it is cut', () => {
    expect(subject('x'.repeat(500))).toMatch(/x…$/);
  });

  test('has under 100 UTF-16 units, without half a character', () => {
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
