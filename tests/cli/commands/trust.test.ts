import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentFile } from '../../../config/environment-files.ts';
import { readInfra } from '../../../config/infra.ts';
import { read } from '../../../config/infra-files.ts';
import { checkedTrustEvidence } from '../../../config/trust-evidence.ts';
import { alarmsOf } from '../../../domain/backtest/changes.ts';
import { filesOfRollbacks } from '../../../statemachines/files-of-rollbacks.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 2 });
  await account.letPass(120); // until the hosts' agents have written the flags
}, 240_000);
afterAll(() => account.close());

const run = (words: readonly string[]) =>
  account.during(
    rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'ana@rollback-local-operator' }),
  );

const folder = mkdtempSync(join(tmpdir(), 'trust-'));
const [past, out] = [join(folder, 'past.jsonl'), join(folder, 'evidence.json')];
const infra = readInfra();
const phases = infra.runbooks.map(({ phase }) => phase);

/** An hour of each metric of each phase but the phases left out. */
const writePast = (without: readonly number[] = []) =>
  writeFileSync(
    past,
    phases
      .filter((phase) => !without.includes(phase))
      .flatMap((phase) => alarmsOf(infra.triggers, phase))
      .map(({ phase, alarm: { metric, statistic, period } }) => ({
        ...{ metric, statistic, phase, period, from: '2026-09-01T00:00:00Z' },
        values: Array(3600 / period).fill(metric === 'Accuracy' ? 99 : 0),
      }))
      .map((line) => JSON.stringify(line))
      .join('\n'),
  );

test('without drills and data, trust writes nothing and says which are missing', async () => {
  writePast([2]);
  expect((await run(['drill', '1'])).code).toBe(0);
  const { code, stderr } = await run(['trust', '--metrics', past, '--out', out]);
  expect([code, existsSync(out)]).toEqual([1, false]);
  expect(stderr).toContain('Not written: the evidence is not enough for trust: auto.');
  expect(stderr).not.toContain('no drill of phase 1');
  expect(stderr).toContain('no drill of phase 2 with the present runbook and host scripts has passed');
  expect(stderr).toContain('the backtest has no data of phase 2 for data_corruption');
});

test('after a drill of each phase, trust writes evidence that synthesis takes for auto', async () => {
  writePast();
  for (const phase of phases) expect((await run(['drill', String(phase)])).code).toBe(0);
  const { code, stdout } = await run(['trust', '--metrics', past, '--out', out]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Written: ${out}, with 4 drills of 4 phases.`)]);
  const settings = read(environmentFile('production')).replace(/^trust: .*$/m, 'trust: auto');
  const evidence = checkedTrustEvidence(
    'local',
    { settings, text: readFileSync(out, 'utf8') },
    { triggers: infra.triggers, present: filesOfRollbacks('local', infra) },
  );
  expect(evidence).toMatchObject({ environment: 'local', backtest: { metrics: { file: 'past.jsonl' }, missed: [] } });
});
