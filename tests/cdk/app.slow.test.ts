import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, synthesize } from './synthesized.ts';

test('texts that exceed Lambda’s limit for variables fail the synthesis with one sentence, not the deployment', {
  timeout: 300_000,
}, async ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'long-texts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const infra = join(folder, 'infra');
  cpSync(join(root, 'infra'), infra, { recursive: true });
  writeFileSync(
    join(infra, 'notifications/reminder.txt'),
    `${readReminder(infra)}${randomBytes(3000).toString('hex')}\n`,
  );
  const { exitCode, stderr, remove } = await synthesize('production', { infra });
  remove();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^The environment variables of reconcile have \d+ bytes after packing, and Lambda takes 4096\. The largest before it: TEMPLATES \d+, .*\/infra\/notifications, contacts, triggers, past dates of calendars\.\n$/,
  );
});
const readReminder = (infra: string) => readFileSync(join(infra, 'notifications/reminder.txt'), 'utf8');
