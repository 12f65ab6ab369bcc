import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headings } from './headings.ts';

const page = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const pageOf = (anchor: string) => page.split(/^(?=## )/m).find((one) => headings(one)[0] === anchor) ?? '';

// What docs/runbook.md must say of each way in which people meet a rollback; its machines' endings: rendered.test.ts.
describe.each([
  'rolled-back',
  'rolled-back-unverified',
  'needs-a-person',
  'question-open',
  'stood-down',
  'fix-forward',
  'deferred-to-next-release',
  'observed-only',
  'answered',
  'answer-refused',
  'limit-at-risk',
  'limit-missed',
  'principal-dead-letters',
])('the page of %s', (anchor) => {
  test.each([
    'What happened.',
    'What state the hosts are in.',
    'Look here.',
    'Do this.',
    'It is over when',
    'To undo it.',
  ])('says **%s**', (part) => {
    expect(pageOf(anchor)).toContain(`\n**${part}**`);
  });
});
