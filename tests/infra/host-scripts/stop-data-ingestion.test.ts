import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript } from './customer-script.ts';
import type { Environment, Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const stop = (text: string, env: Environment = {}) => {
  host = hostWithScript(text);
  const own = { SSM_Script: 'scripts/script.py', SSM_Service: 'databento', SSM_StateFile: 'outputs/ingestion.json' };
  return host.verdict('stop-data-ingestion.py', { ...own, ...env });
};
const writing = (state: string) =>
  `import os, sys\nassert sys.argv[1:] == ['--service', 'databento']\nos.makedirs('outputs', exist_ok=True)\nopen('outputs/ingestion.json', 'w').write('${state}')\n`;

describe('stopping ingestion', () => {
  test("is done if the customer's script succeeds and the state file agrees", async () =>
    expect(await stop(writing('{"databento": "stopped"}'))).toMatchObject({
      verdict: 'done',
      report: { service: 'databento', state: 'stopped', was: 'unknown' },
    }));

  test.each([
    ['changes nothing', 'pass', 'databento is not stopped: in outputs/ingestion.json it is unknown'],
    ['stops nothing', writing('{"databento": "running"}'), 'in outputs/ingestion.json it is running'],
    ['exits with 3', 'import sys\nprint("no power", file=sys.stderr)\nsys.exit(3)', 'exited with 3: no power'],
    [
      'leaves no JSON',
      writing('stopped'),
      'outputs/ingestion.json holds no JSON: Expecting value: line 1 column 1 (char 0); correct or remove it, then retry',
    ],
  ])('fails if the script %s', async (_, text, reason) => {
    expect(await stop(text)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });

  test.each(['scripts/none.py', '../script.py', '/bin/true'])('fails if there is no script %s', async (script) => {
    expect((await stop('pass', { SSM_Script: script })).reason).toContain(`There is no script ${script} in the tree`);
  });
});
