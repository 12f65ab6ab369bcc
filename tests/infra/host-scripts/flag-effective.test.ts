import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host } from './host.ts';

let host: Host;
beforeEach(() => {
  host = new Host();
  for (const folder of [host.tree, join(host.root, 'var/lib/appconfig')]) mkdirSync(folder, { recursive: true });
});
afterEach(() => host.remove());

const file = (environment: string, flags: unknown, profile = 'flags') =>
  host.write(`var/lib/appconfig/trading/${environment}/${profile}.json`, JSON.stringify(flags));
const source = (value: string) => ({ data_source: { enabled: true, value } });
const check = (env: Environment = {}) =>
  host.verdict('flag-effective.py', {
    SSM_Kind: 'check',
    SSM_FlagFolder: 'var/lib/appconfig',
    SSM_Flags: 'data_source=barchart',
    ...env,
  });
/** Returns a report of one flag. */
const one = (effective: unknown, layer: string | null, as_expected: boolean, flag = 'data_source') => ({
  flags: { [flag]: { effective, layer, as_expected } },
  as_expected,
});

describe('the effective value of a flag', () => {
  test('is the normal value if nothing overrides it', async () => {
    file('local', source('databento'));
    file('local-safety', {});
    expect(await check()).toMatchObject({
      verdict: 'done',
      report: one('databento', 'local', false),
    });
  });

  test('is the override if there is one', async () => {
    file('local', source('databento'));
    file('local-safety', source('barchart'));
    expect((await check()).report).toEqual(one('barchart', 'local-safety', true));
  });

  test('is null if no layer has the flag, and that is never as expected', async () => {
    file('local', {});
    expect((await check()).report).toEqual(one(null, null, false));
    expect((await check({ SSM_Flags: 'data_source=null' })).report).toMatchObject({ as_expected: false });
  });

  test.each([
    ['true', { enabled: true }, true],
    ['false', { enabled: false }, false],
    ['false', { enabled: false, value: 'barchart' }, false],
    ['5', { enabled: true, value: 5 }, 5],
  ])('is %s for %o', async (expected, entry, effective) => {
    file('local', { data_source: entry });
    expect((await check({ SSM_Flags: `data_source=${expected}` })).report).toEqual(one(effective, 'local', true));
  });

  test('is false if the override turns the flag off', async () => {
    file('local', { ab_testing: { enabled: true } });
    file('local-safety', { ab_testing: { enabled: false } });
    const env = { SSM_Flags: 'ab_testing=false' };
    expect((await check(env)).report).toEqual(one(false, 'local-safety', true, 'ab_testing'));
  });
});

describe('several flags', () => {
  test('are as expected only if each of them is', async () => {
    file('local', { ...source('barchart'), testing_mode: { enabled: true, value: 'ab' } });
    const env = { SSM_Flags: 'data_source=barchart testing_mode=production' };
    expect(await check(env)).toMatchObject({
      verdict: 'done',
      report: { flags: { data_source: { as_expected: true }, testing_mode: { effective: 'ab' } }, as_expected: false },
    });
  });

  test('are refused if SSM_Flags is empty or holds no pairs', async () => {
    expect((await check({ SSM_Flags: '' })).reason).toContain('SSM_Flags names no flag');
    expect((await check({ SSM_Flags: 'data_source' })).reason).toContain('SSM_Flags must be flag=value pairs');
  });
});

describe('as a step', () => {
  test('the script fails if the value is not the expected one', async () => {
    file('local', source('databento'));
    expect(await check({ SSM_Kind: 'step' })).toMatchObject({
      verdict: 'failed',
      reason: 'flag-effective.py exited with 1: data_source is databento (in local), not barchart',
      report: { flags: { data_source: { effective: 'databento' } } },
    });
  });
});

describe('a check that cannot read the flags', () => {
  test.each([
    ['no folder', () => {}, { SSM_FlagFolder: 'var/none' }, 'There is no folder var/none'],
    [
      'no JSON',
      () => host.write('var/lib/appconfig/trading/local/flags.json', '{"half'),
      {},
      'trading/local/flags.json cannot be read',
    ],
    ['no flags', () => file('local', []), {}, 'holds no flags as AppConfig writes them'],
    [
      'the flag twice',
      () => [file('local', source('a')), file('local', source('b'), 'more')],
      {},
      'Two files of local hold the flag data_source; remove it from one',
    ],
    [
      'two environments',
      () => [file('local', source('a')), file('staging', source('b'))],
      {},
      'The environments local and staging both hold the flag data_source; a host belongs to one: remove the other folder',
    ],
  ])('fails: %s', async (_, given, env, reason) => {
    given();
    expect(await check(env)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});
