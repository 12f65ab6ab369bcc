import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host } from './host.ts';

let host: Host;
beforeEach(() => {
  host = new Host();
});
afterEach(() => host.remove());

/**
 * Writes a service manager that keeps one file per active service. It ignores start and stop unless it `obeys`; `later` is
 * what happens to a service within a second of its start.
 */
function systemctl(active: readonly string[], obeys = true, later = ':') {
  for (const name of active) host.write(`active/${name}`, '');
  const [start, stop] = obeys ? ['touch "$folder/$2"', 'rm -f "$folder/$2"'] : [':', ':'];
  const text = `#!/bin/bash
folder=${join(host.root, 'active')}; mkdir -p "$folder"; echo "$*" >> ${join(host.root, 'asked')}
case $1 in
  start) ${start}; (/bin/sleep 0.2; ${later}) >/dev/null 2>&1 & ;;
  stop) ${stop};;
  is-active) if [ -e "$folder/$2" ]; then echo active; else echo inactive; exit 3; fi;;
  show) cat "$folder/../counters" 2>/dev/null;;
esac
[ "$2" != unknown ] || { echo "Unit unknown.service not loaded." >&2; exit 5; }
`;
  chmodSync(host.write('bin/systemctl', text), 0o755);
  // The script waits two seconds instead of five, because a service changes within a second here.
  chmodSync(
    host.write('bin/sleep', `#!/bin/bash\necho "sleep $*" >> ${join(host.root, 'asked')}\nexec /bin/sleep 2\n`),
    0o755,
  );
}
const switchOver = (env: Environment = {}) =>
  host.verdict('switch-services.py', {
    PATH: `${join(host.root, 'bin')}:/usr/bin:/bin`,
    SSM_Step: 'restore-monitoring',
    SSM_Stop: 'advanced-monitoring',
    SSM_Start: 'basic-monitoring',
    ...env,
  });

test('stops one service, starts the other, and reports their states before and after', async () => {
  systemctl(['advanced-monitoring']);
  expect(await switchOver()).toMatchObject({
    verdict: 'done',
    report: {
      was: { 'advanced-monitoring': 'active', 'basic-monitoring': 'inactive' },
      is: { 'advanced-monitoring': 'inactive', 'basic-monitoring': 'active' },
    },
  });
  expect(host.read('asked').match(/^(start|stop).*$/gm)).toEqual([
    'stop advanced-monitoring',
    'start basic-monitoring',
  ]);
  expect(host.read('asked').match(/^sleep.*$/gm)).toEqual(['sleep 5']);
});

test('may be repeated', async () => {
  systemctl(['advanced-monitoring']);
  await switchOver();
  rmSync(join(host.state, 'r-1/restore-monitoring.json'));
  expect((await switchOver()).verdict).toBe('done');
});

test('counts a service that does not exist as stopped, whatever stop returns', async () => {
  systemctl([]);
  expect((await switchOver({ SSM_Stop: 'unknown' })).verdict).toBe('done');
});

describe('fails', () => {
  test('if one service continues, or the other does not start', async () => {
    systemctl(['advanced-monitoring'], false);
    expect((await switchOver()).reason).toContain('advanced-monitoring is active, not stopped');
    expect((await switchOver({ SSM_Stop: 'other' })).reason).toContain('basic-monitoring is inactive, not active');
  });

  test('if the other service ends right after its start, as one with a broken program does', async () => {
    systemctl(['advanced-monitoring'], true, 'rm "$folder/$2"');
    expect((await switchOver()).reason).toContain('basic-monitoring is inactive, not active');
  });

  test('if the other service is started again and again, although it is active at each look', async () => {
    systemctl(['advanced-monitoring'], true, 'echo "MainPID=12 NRestarts=1" > "$folder/../counters"');
    expect((await switchOver()).reason).toContain('basic-monitoring does not stay active: it was restarted within 5 s');
  });

  test('for an option instead of a service', async () => {
    systemctl([]);
    expect((await switchOver({ SSM_Start: '--now' })).reason).toContain('--now is an option, not a service');
  });
});
