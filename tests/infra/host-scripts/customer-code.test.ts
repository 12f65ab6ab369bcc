import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript, printing } from './customer-script.ts';
import { type Environment, Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const hostWith = (files: Readonly<Record<string, string>>) => {
  host = new Host();
  for (const [path, text] of Object.entries(files)) host.write(path, text);
};
const flags = (values: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(values).map(([flag, value]) => [
        flag,
        typeof value === 'boolean' ? { enabled: value } : { enabled: true, value },
      ]),
    ),
  );
const flagFile = 'var/lib/appconfig/trading/local-safety/overrides.json';

describe('running a script of the customer', () => {
  const run = (text: string, env: Environment = {}) => {
    host = hostWithScript(text);
    return host.verdict('run-customer-script.py', { SSM_Script: 'scripts/script.py', SSM_Arguments: '', ...env });
  };

  test('is done if the script exits with 0; its output is in the report if it is one JSON object', async () => {
    expect(await run(printing({ symbols: 2 }))).toMatchObject({
      verdict: 'done',
      report: { script: 'scripts/script.py', exit: 0, printed: { symbols: 2 } },
    });
  });

  test('passes the arguments as separate words', async () => {
    const { verdict } = await run(`import sys; assert sys.argv[1:] == ['--quick', '--all']`, {
      SSM_Arguments: '--quick --all',
    });
    expect(verdict).toBe('done');
  });

  test('leaves a long output out of the line for SSM', async () => {
    expect((await run(printing({ a: 'b'.repeat(5000) }))).report).toMatchObject({ printed: 'too long' });
  });

  test.each(['NaN', 'Infinity', '-Infinity', '1e999'])(
    'blames the script that printed %s, which is no JSON',
    async (number) => {
      host = hostWithScript(
        `print('{"healthy": true, "verdict": "HEALTHY", "checks": {"latency": {"ms": ${number}}}}')`,
      );
      for (const [name, SSM_Kind] of [
        ['health.py', 'check'],
        ['verify-rollback.py', 'check'],
        ['verify-system-health.py', 'step'],
      ] as const) {
        const { verdict, reason } = await host.verdict(name, {
          SSM_Script: 'scripts/script.py',
          SSM_Kind,
          SSM_Step: name.slice(0, -3),
        });
        expect(verdict).toBe('failed');
        expect(reason).toContain(
          `scripts/script.py exited with 0 without one JSON object: it printed a report, but ${number} is not a JSON number`,
        );
      }
    },
  );

  test.each<[string, string]>([
    ['a path', 'venv/bin/python'],
    ['a name on the PATH', 'python-of-the-system'],
  ])('runs under the Python that the environment names by %s', async (_, SSM_Python) => {
    host = hostWithScript('never read');
    for (const path of ['venv/bin/python', 'bin/python-of-the-system'])
      chmodSync(host.write(path, `#!/bin/sh\necho "{\\"by\\": \\"$0\\", \\"with\\": \\"$*\\"}"\n`), 0o755);
    const { report } = await host.verdict('run-customer-script.py', {
      PATH: `${join(host.root, 'bin')}:/usr/bin:/bin`,
      SSM_Script: 'scripts/script.py',
      SSM_Python,
    });
    const by = join(host.root, SSM_Python.includes('/') ? SSM_Python : `bin/${SSM_Python}`);
    expect(report).toMatchObject({ printed: { by, with: '-B scripts/script.py' } });
  });

  test('fails if there is no such Python, and names the setting', async () => {
    host = hostWithScript('never read');
    const { reason } = await host.verdict('run-customer-script.py', {
      SSM_Script: 'scripts/script.py',
      SSM_Python: 'none/python',
    });
    expect(reason).toContain(
      `The owner of the tree can start no Python ${join(host.root, 'none/python')}; install it or correct host.python in infra/environments`,
    );
  });

  test('fails if the script exits with another code, and reports its last line on stderr', async () => {
    expect((await run(printing({}, 3, 'no baselines'))).reason).toContain(
      'scripts/script.py exited with 3: no baselines',
    );
  });
});

describe('calling code of the customer', () => {
  const call = (body: string) => {
    hostWith({ 'opt/trading/strategies/emergency.py': `class Emergency:\n    def now(self):\n        ${body}\n` });
    return host.verdict('call-customer-code.py', {
      SSM_Module: 'strategies.emergency',
      SSM_Class: 'Emergency',
      SSM_Method: 'now',
    });
  };

  test('is done if the method returns; its output does not disturb the report', async () => {
    expect(await call(`print('stopping'); return {'stopped': 3}`)).toMatchObject({
      verdict: 'done',
      report: { called: 'strategies.emergency.Emergency().now()', returned: { stopped: 3 } },
    });
  });

  test.each([
    ['raises', `raise RuntimeError('no broker')`, 'RuntimeError: no broker'],
    ['returns False', 'return False', 'strategies.emergency.Emergency().now() returned False'],
    ['exits the process', 'import sys; sys.exit(0)', 'exited with 0'],
  ])('fails if the method %s', async (_, body, reason) => {
    expect(await call(body)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});

describe("updating the customer's profile", () => {
  const manager = `import json
class ConfigManager:
    def __init__(self):
        self.all = json.load(open('config.json'))
    def profile(self, name):
        return self.all[name]
`;
  const saving = `    def update_profile(self, name, **values):
        self.all[name].update(values)
        json.dump(self.all, open('config.json', 'w'))
`;
  const update = (code: string, effective: Readonly<Record<string, unknown>> = { algorithm_version: 'v1.0' }) => {
    hostWith({
      'opt/trading/config_manager.py': code,
      'opt/trading/config.json': '{"production": {"algorithm_version": "v3.0", "limit": 5}}',
      [flagFile]: flags(effective),
    });
    return host.verdict('update-profile.py', {
      SSM_Profile: 'production',
      SSM_Flags: 'algorithm_version=v1.0',
      SSM_FlagFolder: 'var/lib/appconfig',
    });
  };

  test('is done if a second manager reads the new value and the flag has the same', async () => {
    expect(await update(manager + saving)).toMatchObject({
      verdict: 'done',
      report: { profile: { algorithm_version: 'v1.0' }, flags: { algorithm_version: { effective: 'v1.0' } } },
    });
    expect(host.read('opt/trading/config.json')).toContain('"limit": 5');
  });

  test('relies on the flag alone if the config manager keeps no profile', async () => {
    expect(await update(manager)).toMatchObject({ verdict: 'done', report: { profile: null } });
  });

  test.each<[string, string, Readonly<Record<string, unknown>>, string]>([
    [
      'the value was only set in memory',
      `${manager}    def update_profile(self, name, **values):\n        pass\n`,
      {},
      'The profile production holds',
    ],
    [
      'the flag has not arrived',
      manager + saving,
      { algorithm_version: 'v3.0' },
      'algorithm_version is v3.0 (in local-safety), not v1.0',
    ],
    ['there is no config manager', '', {}, 'config_manager.py exited with 1'],
  ])('fails if %s', async (_, code, effective, reason) => {
    expect(await update(code, effective)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});

describe('disabling components', () => {
  const disable = (text: string, effective: Readonly<Record<string, unknown>>) => {
    hostWith({ 'opt/trading/scripts/disable.py': text, [flagFile]: flags(effective) });
    return host.verdict('disable-components.py', {
      SSM_Script: 'scripts/disable.py',
      SSM_Flags: 'success_metrics=false budget_dashboard=false',
      SSM_FlagFolder: 'var/lib/appconfig',
    });
  };
  const noting = `import sys; open('disabled', 'a').write(' '.join(sys.argv[1:]) + '\\n')`;
  const off = { success_metrics: false, budget_dashboard: false };

  test('runs the script once per component, and is done if their flags are off on this host', async () => {
    expect(await disable(noting, off)).toMatchObject({
      verdict: 'done',
      report: { disabled: ['success_metrics', 'budget_dashboard'] },
    });
    expect(host.read('opt/trading/disabled')).toBe('--name success_metrics\n--name budget_dashboard\n');
  });

  test('fails if a flag is still on, or if the script fails', async () => {
    expect((await disable(noting, { ...off, success_metrics: true })).reason).toContain(
      'success_metrics is true (in local-safety), not false',
    );
    host.remove();
    expect((await disable(`import sys; sys.exit(2)`, off)).reason).toContain('--name success_metrics exited with 2');
  });
});
