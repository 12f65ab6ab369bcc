import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Environment, type Host, python } from './host.ts';
import { onEachHost } from './on-each-host.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});

const client = 'tasks/options_trading_system/data_ingestion/databento_api';
const phase1: Environment = {
  SSM_Target: 'pre-phase1-stable',
  SSM_Paths: '.',
  SSM_Copies: `${client}/solution_backup.py>${client}/solution.py`,
};
const restore = () => host.verdict('restore-previous-version.py', phase1);
const check = (env: Environment = {}) =>
  host.verdict('version-at-target.py', { ...phase1, SSM_Step: 'version-at-target', SSM_Kind: 'check', ...env });
const change = (path: string, text: string) => host.write(`opt/trading/${path}`, text);

describe('a tag that names another commit than the one that the rollback has frozen', () => {
  test('is not at target, although the tree equals the tag', async () => {
    await restore();
    const frozen = 'f'.repeat(40);
    expect((await check({ SSM_Commit: frozen })).report).toMatchObject({ at_target: false, different: 0, frozen });
  });

  test('is at target if it is the same commit', async () => {
    await restore();
    const { report } = await check({ SSM_Commit: host.git('rev-parse', 'pre-phase1-stable') });
    expect(report).toMatchObject({ at_target: true });
    expect(report).not.toHaveProperty('frozen');
  });
});

test("a tree that something moved after the rollback is reported with its name, from git's log", async () => {
  await restore();
  expect((await check()).report).not.toHaveProperty('moved_by');
  host.git('-c', 'user.name=Deployment Pipeline', '-c', 'user.email=p@example.com', 'checkout', '-q', '-f', 'v1.4.0');
  expect((await check()).report).toMatchObject({ at_target: false, moved_by: 'Deployment Pipeline' });
});

describe('the running build', () => {
  test.each([
    ['is the tag', 'pre-phase1-stable', true, undefined],
    ['is another tag of the commit', 'v1.0.0', true, undefined],
    ['is another version', 'v1.4.0', false, ['the process runs build v1.4.0, not ']],
    ['is not written', '', false, ['unknown which build the process runs: ']],
  ])('%s, so the host is at target only if it is the same', async (_, build, at_target, running) => {
    await restore();
    host.git('tag', '-f', 'v1.0.0', 'pre-phase1-stable');
    const file = host.write('build', `${build}\n`);
    const { report } = await check({ SSM_Build: file });
    expect(report).toMatchObject({ at_target });
    if (running) expect(report?.['running']).toEqual(running.map((text) => expect.stringContaining(text)));
    else expect(report).not.toHaveProperty('running');
  });

  test('is unknown if the service runs no process, and then the host is not at target', async () => {
    await restore();
    host.write('bin/systemctl', '#!/bin/sh\necho MainPID=0\n');
    chmodSync(join(host.root, 'bin/systemctl'), 0o755);
    const { report } = await check({ SSM_Process: 'trading.service', PATH: `${join(host.root, 'bin')}:/usr/bin:/bin` });
    expect(report).toMatchObject({
      at_target: false,
      running: ['unknown when the process started: trading.service runs none'],
    });
  });

  test('is the former one if the process started before the step restored a part of the tree', async () => {
    const before = process.pid; // this process, which started before the checkout
    host.write('bin/systemctl', `#!/bin/sh\necho MainPID=${before}\n`);
    chmodSync(join(host.root, 'bin/systemctl'), 0o755);
    const part = { SSM_Target: 'phase2-rollback', SSM_Paths: 'tasks', SSM_Copies: '' };
    await host.verdict('restore-previous-version.py', part);
    const at = (seconds: number) => Date.now() / 1000 + seconds;
    utimesSync(join(host.tree, '.git/HEAD'), at(-86_400), at(-86_400));
    const env = { ...part, SSM_Process: 'trading.service', PATH: `${join(host.root, 'bin')}:/usr/bin:/bin` };
    utimesSync(join(host.state, 'r-1/the-step.json'), at(60), at(60));
    expect((await check(env)).report).toMatchObject({ running: [expect.stringContaining('restart it')] });
    utimesSync(join(host.state, 'r-1/the-step.json'), at(-80_000), at(-80_000));
    expect((await check(env)).report).toMatchObject({ at_target: true });
  });
});

describe('the version of a tree', () => {
  test('is not at target before the restore, and the check is still done', async () => {
    const { verdict, report } = await check();
    expect(verdict).toBe('done');
    expect(report).toEqual({
      version: 'v1.4.0',
      at_target: false,
      moved_by: null,
      different: 11,
      differences: [
        'VERSION',
        'config/components.json',
        'config/pipeline_config.json',
        'config_manager.py',
        'integration.py',
      ],
      flags: [],
      tag: 'pre-phase1-stable',
      commit: host.git('rev-parse', 'pre-phase1-stable'),
    });
  });

  test('is at target after the restore', async () => {
    await restore();
    expect((await check()).report).toEqual({
      version: 'pre-phase1-stable',
      at_target: true,
      different: 0,
      differences: [],
      flags: [],
      tag: 'pre-phase1-stable',
      commit: host.git('rev-parse', 'pre-phase1-stable'),
    });
  });

  test('is not at target while a flag differs from the runbook', async () => {
    await restore();
    host.write(
      'var/lib/appconfig/trading/local/flags.json',
      '{"data_source": {"enabled": true, "value": "databento"}}',
    );
    const env = { SSM_FlagFolder: 'var/lib/appconfig', SSM_Flags: 'data_source=barchart' };
    expect((await check(env)).report).toMatchObject({
      version: 'pre-phase1-stable-dirty',
      at_target: false,
      different: 0,
      flags: ['data_source is databento (in local), not barchart'],
    });
  });

  test('depends only on flags if the runbook restores no path, because the code then stays as it is', async () => {
    host.write('var/lib/appconfig/trading/local/flags.json', '{"success_metrics": {"enabled": false}}');
    const env = { SSM_FlagFolder: 'var/lib/appconfig', SSM_Flags: 'success_metrics=false' };
    const phase4 = { SSM_Target: 'before-phase4', SSM_Paths: '', SSM_Copies: '', ...env };
    expect((await check(phase4)).report).toMatchObject({ version: 'before-phase4', at_target: true, different: 0 });
    expect((await check({ ...phase4, SSM_Flags: 'success_metrics=true' })).report).toMatchObject({
      version: 'v1.4.0',
      at_target: false,
    });
  });

  test('is read anew each time: no result is remembered', async () => {
    await restore();
    await check();
    host.git('checkout', '--quiet', '--force', 'v1.4.0');
    expect((await check()).report).toMatchObject({ version: 'v1.4.0', at_target: false });
  });

  test('ignores files that the runbook does not restore', async () => {
    change('integration.py', 'changed\n');
    const paths = { SSM_Target: 'pre-phase3', SSM_Paths: 'config_manager.py config', SSM_Copies: '' };
    expect((await check(paths)).report).toMatchObject({
      differences: ['config/components.json', 'config/pipeline_config.json', 'config_manager.py'],
    });
  });
});

describe('a tree whose HEAD is at the target but whose files are not', () => {
  beforeEach(async () => {
    await restore();
  });

  test('is not at target if a file was changed afterwards', async () => {
    change('integration.py', 'changed\n');
    expect((await check()).report).toMatchObject({
      version: 'pre-phase1-stable-dirty',
      at_target: false,
      differences: ['integration.py'],
    });
  });

  test('is not at target if the copied file equals itself as tagged instead of its source', async () => {
    host.git('checkout', '--quiet', '--', `${client}/solution.py`);
    expect((await check()).report).toMatchObject({ at_target: false, differences: [`${client}/solution.py`] });
  });

  test('is not at target if a changed file is flagged as unchanged', async () => {
    host.git('update-index', '--assume-unchanged', 'integration.py');
    change('integration.py', 'changed\n');
    expect((await check()).report).toMatchObject({ at_target: false, differences: ['integration.py'] });
  });

  test('is not at target if a file was added to git', async () => {
    change('extra.py', 'added\n');
    host.git('add', 'extra.py');
    expect((await check()).report).toMatchObject({ at_target: false, differences: ['extra.py'] });
  });
});

describe('a host whose services a step switched', () => {
  const services = 'advanced-monitoring=stopped basic-monitoring=active';
  const checkServices = () =>
    check({
      SSM_Services: services,
      PATH: `${join(host.root, 'bin')}:${python.replace(/\/[^/]*$/, '')}:/usr/bin:/bin`,
    });
  const units = (states: Readonly<Record<string, string>>) =>
    host.write('var/lib/systemctl/units.json', JSON.stringify(states));

  test('is at the target if they are still as the step left them', async () => {
    await restore();
    units({ 'advanced-monitoring': 'inactive', 'basic-monitoring': 'active' });
    expect((await checkServices()).report).toMatchObject({ at_target: true, services: [] });
  });

  test('is not at the target if one failed since', async () => {
    await restore();
    units({ 'advanced-monitoring': 'inactive', 'basic-monitoring': 'failed' });
    expect((await checkServices()).report).toMatchObject({
      at_target: false,
      version: 'pre-phase1-stable-dirty',
      services: ['basic-monitoring is failed, not active'],
    });
  });
});

describe('a check that cannot read the tree', () => {
  test.each([
    ['no such tag', { SSM_Target: 'pre-phase9' }, 'There is no tag pre-phase9 in the tree; nothing was touched'],
    ['no repository', { SSM_Tree: 'opt' }, 'fatal: not a git repository'],
  ])('fails: %s', async (_, env, reason) => {
    expect(await check(env)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});

test('a report with long names still fits the line', async () => {
  for (let number = 0; number < 6; number += 1) change(`${number}${'ü'.repeat(120)}`, 'added\n');
  host.git('add', '.');
  expect((await check()).report).toMatchObject({ at_target: false, different: 17 });
});
