import { describe, expect, test } from 'vitest';
import { environmentFile } from '../../config/environment-files.ts';
import { readInfra } from '../../config/infra.ts';
import { read } from '../../config/infra-files.ts';
import { checkedTrustEvidence } from '../../config/trust-evidence.ts';
import { triggers } from '../../domain/trigger.ts';
import { type TrustEvidence, withContentHash } from '../../domain/trust-evidence.ts';
import { filesOfRollbacks } from '../../statemachines/files-of-rollbacks.ts';

const infra = readInfra();
const present = filesOfRollbacks('staging', infra);
const asking = read(environmentFile('staging'));
const acting = asking.replace(/^trust: .*$/m, 'trust: auto');
const line = acting.split('\n').indexOf('trust: auto') + 1;
const phases = infra.runbooks.map(({ phase }) => phase);
const at = '2026-11-02T02:00:00.000Z';

const { sha256: _, ...complete } = withContentHash({
  ...{ environment: 'staging', written_at: at, written_by: null, made_with: present },
  backtest: {
    ...{ from: at, to: at, metrics: null, missed: [] },
    pairs: phases.flatMap((phase) =>
      triggers.map((trigger) => ({
        ...{ phase, trigger, precision: null, days: { exact: 1.5, coarse: 0 } },
        outcomes: { acted: 0, asked: 0, 'left alone': 0, possible: 0 },
        judged: { right: 0, wrong: 0, unknown: 0 },
      })),
    ),
  },
  drills: phases.map((phase) => ({ phase, trigger: 'data_corruption' as const, rollback: `d-${phase}`, at })),
});

const check = (evidence: object | undefined, settings = acting) =>
  checkedTrustEvidence(
    'staging',
    { settings, text: evidence && JSON.stringify(evidence, null, 2) },
    { triggers: infra.triggers, present },
  );
const signed = (changes: Partial<TrustEvidence>) => withContentHash({ ...complete, ...changes });

test('an environment that asks first needs no evidence', () => {
  expect(check(undefined, asking)).toBeNull();
});

test('evidence of every phase, made with the present files, allows auto', () => {
  expect(check(signed({}))).toEqual(signed({}));
});

const refusal = 'expected evidence for auto, found ';
const place = `infra/environments/staging.yaml:${line}: trust: ${refusal}`;
const file = 'infra/trust-evidence/staging.json';

describe('auto is refused at its line, with what to do', () => {
  test.each<[string, object | undefined, string]>([
    ['without a file', undefined, `no file ${file}.`],
    [
      'with evidence of another environment',
      signed({ environment: 'production' }),
      'that of environment production in',
    ],
    [
      'with an altered file',
      { ...signed({}), written_by: 'arn:aws:iam::1:user/eve' },
      `${file} changed after it was written`,
    ],
    [
      'with evidence made before triggers were changed',
      signed({ made_with: { ...present, triggers: 'a'.repeat(64) } }),
      `${file}, which was made before a change of triggers.yaml.`,
    ],
    [
      'without a drill of one phase',
      signed({ drills: complete.drills.slice(1) }),
      `${file}, in which no drill of phase ${phases[0]} with the present runbook`,
    ],
  ])('%s', (_, evidence, found) => {
    expect(() => check(evidence)).toThrow(`${place}${found}`);
    expect(() => check(evidence)).toThrow('npm run rollback -- trust --environment staging');
  });
});

test('a file that is no evidence is refused at its own line', () => {
  expect(() => check({ environment: 'staging' })).toThrow(`${file}:1: written_at: expected`);
});

test('the files of rollbacks of two environments differ in their documents only', () => {
  const other = filesOfRollbacks('production', infra);
  expect(other.triggers).toBe(present.triggers);
  expect(other.phases.map(({ runbook }) => runbook)).toEqual(present.phases.map(({ runbook }) => runbook));
  expect(other.phases[0]?.documents).not.toBe(present.phases[0]?.documents);
});
