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

  test('is done where it exits with 0; what it printed is in the report if it is one JSON object', async () => {
    expect(await run(printing({ symbols: 2 }))).toMatchObject({
      verdict: 'done',
      report: { script: 'scripts/script.py', exit: 0, printed: { symbols: 2 } },
    });
  });

  test('gives it its arguments as words', async () => {
    const { verdict } = await run(`import sys; assert sys.argv[1:] == ['--quick', '--all']`, {
      SSM_Arguments: '--quick --all',
    });
    expect(verdict).toBe('done');
  });

  test('keeps a long answer out of the line that SSM carries', async () => {
    expect((await run(printing({ a: 'b'.repeat(5000) }))).report).toMatchObject({ printed: 'too long' });
  });

  test('fails where it exits with anything else, in its own last words', async () => {
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

  test('is done where it returns; what it prints on the way does no harm', async () => {
    expect(await call(`print('stopping'); return {'stopped': 3}`)).toMatchObject({
      verdict: 'done',
      report: { called: 'strategies.emergency.Emergency().now()', returned: { stopped: 3 } },
    });
  });

  test.each([
    ['raises', `raise RuntimeError('no broker')`, 'RuntimeError: no broker'],
    ['returns False', 'return False', 'says that it failed'],
    ['exits the process', 'import sys; sys.exit(0)', 'exited with 0'],
  ])('fails where it %s', async (_, body, reason) => {
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

  test('is done where another manager reads the new value and the flag says the same', async () => {
    expect(await update(manager + saving)).toMatchObject({
      verdict: 'done',
      report: { profile: { algorithm_version: 'v1.0' }, flags: { algorithm_version: { effective: 'v1.0' } } },
    });
    expect(host.read('opt/trading/config.json')).toContain('"limit": 5');
  });

  test('leaves it to the flag where the config manager keeps no profile', async () => {
    expect(await update(manager)).toMatchObject({ verdict: 'done', report: { profile: null } });
  });

  test.each<[string, string, Readonly<Record<string, unknown>>, string]>([
    [
      'it was only set in memory',
      `${manager}    def update_profile(self, name, **values):\n        pass\n`,
      {},
      'The profile production says',
    ],
    [
      'the flag has not arrived',
      manager + saving,
      { algorithm_version: 'v3.0' },
      'algorithm_version is v3.0 (in local-safety), not v1.0',
    ],
    ['there is no config manager', '', {}, 'config_manager.py exited with 1'],
  ])('fails where %s', async (_, code, effective, reason) => {
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

  test('runs the script once a component, and is done where their flags are off here', async () => {
    expect(await disable(noting, off)).toMatchObject({
      verdict: 'done',
      report: { disabled: ['success_metrics', 'budget_dashboard'] },
    });
    expect(host.read('opt/trading/disabled')).toBe('--name success_metrics\n--name budget_dashboard\n');
  });

  test('fails while a flag is still on, and where the script does', async () => {
    expect((await disable(noting, { ...off, success_metrics: true })).reason).toContain(
      'success_metrics is true (in local-safety), not false',
    );
    host.remove();
    expect((await disable(`import sys; sys.exit(2)`, off)).reason).toContain('--name success_metrics exited with 2');
  });
});
