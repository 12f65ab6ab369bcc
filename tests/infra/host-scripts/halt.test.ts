import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript } from './customer-script.ts';
import type { Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const script = { SSM_Script: 'scripts/script.py' };
const allowed = 'open_orders=0 unacknowledged_orders=0 position_breaks=0 sequence_gaps=0';
const resuming = { ...script, SSM_Orders: 'scripts/script.py --orders', SSM_Allowed: allowed, SSM_Halts: 'r-1' };
const note = () => JSON.parse(readFileSync(join(host.state, 'halted.json'), 'utf8'));
const beside = { SSM_Kind: 'beside' };
/** A script that halts, resumes, and prints orders. */
const all = (orders: string) => `import sys
if '--orders' in sys.argv:
    print('${orders}')
`;
const nothingOpen = '{"open_orders": 0, "unacknowledged_orders": 0, "position_breaks": 0, "sequence_gaps": 0}';

describe('a halt', () => {
  test('runs the script and keeps a note that it confirmed', async () => {
    host = hostWithScript('print(\'{"cancelled": 2}\')');
    expect(await host.verdict('halt.py', { ...script, ...beside })).toMatchObject({
      verdict: 'done',
      report: { printed: { cancelled: 2 } },
    });
    expect(note()).toEqual({ halt: expect.any(String), confirmed: true });
  });

  test('that fails keeps a note that it has not confirmed', async () => {
    host = hostWithScript('import sys\nsys.exit("no connection")');
    expect(await host.verdict('halt.py', { ...script, ...beside })).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('exited with 1: no connection'),
    });
    expect(note()).toMatchObject({ confirmed: false });
  });

  test('only names the command in a plan', async () => {
    host = hostWithScript('raise SystemExit(1)');
    const found = await host.verdict('halt.py', { ...script, SSM_Mode: 'plan', SSM_Arguments: '--all' });
    expect(found).toMatchObject({ report: { would_run: ['python scripts/script.py --all'] } });
    expect(existsSync(join(host.state, 'halted.json'))).toBe(false);
  });
});

describe('a resume', () => {
  const haltedHost = (orders: string, confirmed = true, halt = 'r-1') => {
    host = hostWithScript(all(orders));
    mkdirSync(host.state, { recursive: true, mode: 0o700 });
    writeFileSync(join(host.state, 'halted.json'), JSON.stringify({ halt, confirmed }));
  };
  const resume = (more: object = {}) => host.verdict('resume.py', { ...resuming, ...beside, ...more });

  test('runs the script and forgets the halt', async () => {
    haltedHost(nothingOpen);
    expect(await resume()).toMatchObject({ verdict: 'done', report: { resumed: true, halt: 'r-1' } });
    expect(existsSync(join(host.state, 'halted.json'))).toBe(false);
  });

  test('first runs the script of the step that a rollback passed over because of the halt, once it succeeds', async () => {
    haltedHost(nothingOpen);
    const owes = `import os, sys
if not os.path.exists('healthy'):
    sys.exit('no health report')
open('validated', 'w').write(' '.join(sys.argv[1:]))
`;
    writeFileSync(join(host.tree, 'scripts/validate.py'), owes);
    const passing = { SSM_Script: 'scripts/validate.py', SSM_StateFile: 'trading.json', SSM_RollbackId: 'r-9' };
    expect(await host.verdict('resume-operations.py', passing)).toMatchObject({ report: { held_by: 'r-1' } });
    expect(await resume()).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining(
        'a rollback left scripts/validate.py to this resume, and it exited with 1: no health',
      ),
    });
    expect(note()).toMatchObject({ halt: 'r-1' });
    writeFileSync(join(host.tree, 'healthy'), '');
    expect(await resume({ SSM_RollbackId: 'again' })).toMatchObject({ report: { resumed: true } });
    expect(readFileSync(join(host.tree, 'validated'), 'utf8')).toBe('--validate');
    expect(existsSync(join(host.state, 'owed.json'))).toBe(false);
  });

  test('is refused if the note of that step cannot be read', async () => {
    haltedHost(nothingOpen);
    writeFileSync(join(host.state, 'owed.json'), '{');
    expect(await resume()).toMatchObject({ reason: expect.stringContaining('by hand, remove the note, then resume') });
  });

  test('leaves a host alone that no halt has', async () => {
    host = hostWithScript('raise SystemExit(1)');
    expect(await resume()).toMatchObject({ verdict: 'done', report: { resumed: false } });
  });

  test.each([
    [
      'an order is not acknowledged',
      nothingOpen.replace('"unacknowledged_orders": 0', '"unacknowledged_orders": 2'),
      'unacknowledged_orders is 2, allowed 0',
    ],
    [
      'a figure is null',
      nothingOpen.replace('"position_breaks": 0', '"position_breaks": null'),
      'position_breaks is INCONCLUSIVE, allowed 0',
    ],
    ['a figure is missing', nothingOpen.replace('"sequence_gaps"', '"gaps"'), 'sequence_gaps is unknown, allowed 0'],
    [
      'a figure is true',
      nothingOpen.replace('"open_orders": 0', '"open_orders": true'),
      'open_orders is unknown, allowed 0',
    ],
    ['the script prints nothing', '', 'open_orders is unknown, allowed 0'],
  ])('is refused if %s', async (_, orders, reason) => {
    haltedHost(orders);
    expect(await resume()).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
    expect(note()).toMatchObject({ halt: 'r-1' });
  });

  test('is refused if another halt has begun, or the halt has not confirmed', async () => {
    haltedHost(nothingOpen, true, 'r-2');
    expect(await resume()).toMatchObject({ reason: expect.stringContaining('halted again here, by r-2') });
    writeFileSync(join(host.state, 'halted.json'), JSON.stringify({ halt: 'r-1', confirmed: false }));
    expect(await resume()).toMatchObject({ reason: expect.stringContaining('has not confirmed on this host') });
    writeFileSync(join(host.state, 'halted.json'), '{');
    expect(await resume()).toMatchObject({ reason: expect.stringContaining('trading counts as halted') });
  });

  test('only reports in a plan', async () => {
    haltedHost(nothingOpen.replace('"position_breaks": 0', '"position_breaks": null'));
    expect(await resume({ SSM_Mode: 'plan' })).toMatchObject({
      report: { halt: 'r-1', confirmed: true, orders: { position_breaks: 'INCONCLUSIVE', open_orders: 0 } },
    });
  });
});
