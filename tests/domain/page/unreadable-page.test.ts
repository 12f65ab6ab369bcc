import { describe, expect, test } from 'vitest';
import { type UnreadableFacts, unreadablePage } from '../../../domain/page/unreadable-page.ts';
import { at, rolledBack } from './an-incident.ts';

const denied = { state: 'denied', why: 'the table is away' } as const;
const facts: UnreadableFacts = {
  ...{ environment: 'staging', rollback: 'r-1', written_at: at(90), why: 'The event that opened it is missing.' },
  events: { state: 'complete', value: rolledBack().slice(1) },
  record: { state: 'complete', value: { phase: 1, severity: 'CRITICAL', ending: 'Needs a person', problem: null } },
  execution: { state: 'complete', value: { arn: 'arn:x', status: 'FAILED', started_at: at(0), stopped_at: at(60) } },
  runbook: 'docs/runbook.md',
};

describe('the page of a rollback that cannot be read', () => {
  const html = unreadablePage(facts);

  test.each([
    ['why', 'The event that opened it is missing.'],
    ['its execution', 'The execution is FAILED'],
    ['its summary, as unchecked', 'which nothing has checked: phase 1; severity CRITICAL; ending Needs a person'],
    ['what is not known', 'whether people must act'],
    ['the stored events', '<b>Rollback closed</b>'],
    ['the commands that still work', 'npm run rollback -- show r-1 --json --environment staging'],
    ['the check of the history', 'npm run rollback -- verify-history r-1 --environment staging'],
    ['the runbook', 'docs/runbook.md#page-not-written'],
  ])('has %s', (_, part) => {
    expect(html).toContain(part);
  });

  test('names each part that could not be read, and invents nothing for it', () => {
    const nothing = unreadablePage({ ...facts, events: denied, record: denied, execution: denied });
    expect(nothing).toContain('<dt>What is known</dt><dd><p>Nothing.</p></dd>');
    for (const part of ['Events', 'Summary', 'Execution']) expect(nothing).toContain(`${part}: the table is away`);
  });

  test('shows stored values of any kind, and hostile ones inert', () => {
    const hostile = '<script>alert(1)</script>\u202e'.repeat(20_000);
    const broken = [{ sequence: hostile, at: null, type: 7, detail: { reason: hostile } }, null].slice(0, 1) as never;
    const drawn = unreadablePage({ ...facts, why: hostile, events: { state: 'complete', value: broken } });
    expect(drawn).not.toContain('<script>alert');
    expect(drawn).not.toContain('\u202e');
    expect(drawn.length).toBeLessThan(40_000);
  });
});
