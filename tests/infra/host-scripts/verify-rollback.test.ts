import { afterEach, expect, test } from 'vitest';
import { hostWithScript, printing } from './customer-script.ts';
import type { Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const verify = (text: string) => {
  host = hostWithScript(text);
  const env = { SSM_Script: 'scripts/script.py', SSM_Arguments: '--phase 1', SSM_Kind: 'check', SSM_Mode: 'plan' };
  return host.verdict('verify-rollback.py', env);
};

test('reports passed by the exit code, with the facts that the script printed', async () => {
  expect((await verify(printing({ backup_source: true, health: 'HEALTHY' }))).report).toEqual({
    passed: true,
    wrong: [],
    facts: { backup_source: true, health: 'HEALTHY' },
  });
});

test('names the facts that are false', async () => {
  const { verdict, report } = await verify(printing({ backup_source: false, health: 'HEALTHY' }, 1));
  expect([verdict, report]).toMatchObject(['done', { passed: false, wrong: ['backup_source'] }]);
});

test('fails on too little data', async () => {
  expect(await verify(printing({ backup_source: true, health: 'INCONCLUSIVE' }, 1))).toMatchObject({
    verdict: 'failed',
    reason:
      'verify-rollback.py exited with 1: scripts/script.py found too little data: health is INCONCLUSIVE; repeat the check later',
  });
});

test('fails if the script prints no JSON object', async () => {
  expect((await verify('import sys; sys.exit(1)')).verdict).toBe('failed');
});
