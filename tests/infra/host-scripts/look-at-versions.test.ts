import { describe, expect, test } from 'vitest';
import type { Environment, Host } from './host.ts';
import { onEachHost } from './on-each-host.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});

const client = 'tasks/options_trading_system/data_ingestion/databento_api';
const flows = 'tasks/options_trading_system/analysis_engine/institutional_flow_v3';
const wholeTree: Environment = {
  SSM_Target: 'pre-phase1-stable',
  SSM_Paths: '.',
  SSM_Copies: `${client}/solution_backup.py>${client}/solution.py`,
};
const look = async (env: Environment = {}) =>
  host.verdict('look-at-versions.py', {
    ...wholeTree,
    SSM_Step: 'look-at-versions',
    SSM_Kind: 'check',
    SSM_Mode: 'plan',
    ...env,
  });
const versions = (...tags: readonly string[]): Environment => ({ SSM_Versions: tags.join(' ') });

describe('the tag of the replaced version', () => {
  test('has its commit, also if it is annotated', async () => {
    host.git('tag', 'rollback/phase-1/before-v1.4.0', 'v1.3.1');
    host.git('tag', '--annotate', '--message', 'by hand', 'annotated', 'v1.3.1');
    host.git('tag', '--annotate', '--message', 'a tag of a tag', 'signed', 'annotated');
    const commit = host.git('rev-parse', 'v1.3.1');
    for (const SSM_Candidate of ['rollback/phase-1/before-v1.4.0', 'annotated', 'signed'])
      expect((await look({ SSM_Candidate })).report).toMatchObject({ candidate: commit, version: 'v1.4.0' });
  });

  test('is null if the host does not have it, and the look is still done', async () => {
    const { verdict, report } = await look({ SSM_Candidate: 'rollback/phase-1/before-v1.4.0' });
    expect([verdict, report?.['candidate'], report?.['candidate_is']]).toEqual(['done', null, null]);
  });
});

describe('the versions that a host runs', () => {
  const runs = async (env: Environment) => (await look(env)).report?.['runs'];
  const tags = versions('pre-phase1-stable', 'v1.3.1', 'v1.4.0');

  test('are those whose content is in the tree', async () => {
    expect(await runs(tags)).toEqual([2]);
  });

  test('include the restored one, although the rollback replaced a file by its backup', async () => {
    await host.verdict('restore-previous-version.py', wholeTree);
    expect(await runs(tags)).toEqual([0]);
  });

  test('are both if the tree is half restored', async () => {
    host.git('checkout', '--quiet', 'pre-phase1-stable', '--', 'integration.py');
    expect(await runs(tags)).toEqual([0, 2]);
  });

  test('are judged by the paths of the phase alone', async () => {
    host.git('checkout', '--quiet', 'pre-phase1-stable', '--', 'integration.py');
    expect(await runs({ ...tags, SSM_Paths: flows, SSM_Copies: '' })).not.toContain(0);
  });

  test('include every tag of the same content', async () => {
    host.git('tag', 'stable', 'v1.4.0');
    expect(await runs(versions('stable', 'v1.4.0'))).toEqual([0, 1]);
  });

  test('are not known of a tag that the host does not have', async () => {
    expect((await look(versions('v9.9.9', 'v1.4.0'))).report).toMatchObject({ runs: [1], unknown: [0] });
  });
});

describe('the content of the target', () => {
  test('is that of other tags too', async () => {
    expect((await look(versions('v1.0.0', 'v1.4.0'))).report).toMatchObject({ target_is: [0], candidate_is: null });
  });

  test('is not known if the host does not have its tag', async () => {
    expect((await look({ ...versions('v1.0.0'), SSM_Target: 'gone' })).report).toMatchObject({ target_is: null });
  });
});

test('flags have their effective values', async () => {
  host.write('var/lib/appconfig/trading/local/flags.json', '{"data_source": {"enabled": true, "value": "databento"}}');
  const env = { SSM_FlagFolder: 'var/lib/appconfig', SSM_Flags: 'data_source=barchart other=true' };
  expect((await look(env)).report).toMatchObject({ flags: { data_source: 'databento', other: null } });
});

test('the look changes nothing', async () => {
  const before = host.git('status', '--porcelain') + host.git('for-each-ref');
  await look(versions('v1.3.1'));
  expect(host.git('status', '--porcelain') + host.git('for-each-ref')).toBe(before);
});
