import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript } from './customer-script.ts';
import type { Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const resume = (text: string) => {
  host = hostWithScript(text);
  return host.verdict('resume-operations.py', { SSM_Script: 'scripts/script.py', SSM_StateFile: 'trading.json' });
};
const writing = (state: string) =>
  `import sys\nassert sys.argv[1:] == ['--validate']\nopen('trading.json', 'w').write('${state}')\n`;

describe('resuming', () => {
  test("is done if the customer's script succeeds and the state file agrees", async () =>
    expect(await resume(writing('{"trading": "running"}'))).toMatchObject({
      verdict: 'done',
      report: { trading: 'running' },
    }));

  test.each([
    ['refuses', 'import sys\nsys.exit("no health report")', 'exited with 1: no health report'],
    ['leaves trading halted', writing('{"trading": "halted"}'), 'in trading.json it is halted'],
    ['leaves no file', 'pass', 'trading is not running: in trading.json it is unknown'],
    [
      'leaves a number that is none',
      writing('{"trading": "running", "x": NaN}'),
      'trading.json, which it writes, holds no JSON: NaN is not a JSON number. Correct the script; look whether trading',
    ],
    ['ends what started it', 'import os\nos.kill(os.getppid(), 9)', 'was killed by signal 9, by code that it ran'],
    ['leaves a list', writing('[]'), 'in trading.json it is unknown'],
  ])('fails if the script %s', async (_, text, reason) => {
    expect(await resume(text)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});
