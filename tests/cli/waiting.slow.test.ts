import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, openAccount } from 'embedded-aws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synthesize } from '../cdk/synthesized.ts';
import { eventually, rollback, root, startRollback } from './rollback.ts';

const folder = mkdtempSync(join(tmpdir(), 'waiting-'));
let synthesis: Awaited<ReturnType<typeof synthesize>>;
let account: Account;
beforeAll(async () => {
  synthesis = await synthesize();
  const image = join(root, 'rehearsals/host-images/trading');
  account = await openAccount({ assembly: synthesis.assembly, image, folder, hosts: 1, port: 0, seed: 1 });
}, 240_000);
afterAll(async () => {
  await account.close();
  synthesis.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const env = () => ({ AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'ana@rollback-local-operator' });
const idIn = (text: string) => /Started \S+:(\S+)/.exec(text)?.[1] ?? '';

test('start names the rollback that holds the fleet, and show names the next steps', {
  timeout: 180_000,
}, async () => {
  const holder = idIn((await rollback(['start', '--phase', '1', '--no-wait'], env())).stdout);
  let shown = '';
  while (!shown.includes('Fleet taken')) shown = (await rollback(['show', holder], env())).stdout;
  const second = startRollback(['start', '--phase', '2', '--operator', 'ana'], env());
  await eventually(
    () => second.output.stdout.includes('waits:'),
    60,
    () => JSON.stringify(second.output),
  );
  expect(second.output.stdout).toMatch(
    new RegExp(
      `waits: Fleet trading is held by rollback ${holder} of phase 1 since 20\\S+Z\\. This one tries again until`,
    ),
  );
  const { stdout } = await rollback(['show', idIn(second.output.stdout)], env());
  expect(stdout).toMatch(
    new RegExp(`NEXT\\n  This rollback has waited for fleet trading since 20\\S+Z: rollback ${holder} of phase 1`),
  );
  expect(stdout).toContain('It tries again every 5 to 30 s, and begins once it has the fleet.');
  expect(stdout).toMatch(/If the fleet is not free by 20\S+Z, its limit, it ends "Needs a person"/);
});
