import { describe, expect, test } from 'vitest';
import {
  actsOnlyOn,
  type HostWitness,
  hostWitness,
  mostFew,
  witnessObjections,
} from '../../../domain/witness/host-witness.ts';
import { isOfOneHost, type SeenHost, seenByChecks, seenByMetrics } from '../../../domain/witness/ill-hosts.ts';

const hosts = (state: SeenHost['state'], count: number, from = 1): SeenHost[] =>
  Array.from({ length: count }, (_, i) => ({ instance_id: `i-${from + i}`, name: `host-${from + i}`, state }));
const fleet = (ill: number, well: number, unknown = 0) => [
  ...hosts('ill', ill),
  ...hosts('well', well, ill + 1),
  ...hosts('unknown', unknown, ill + well + 1),
];
/** A finding in a fleet that runs one version. */
const found = (seen: readonly SeenHost[]): HostWitness => ({
  ...hostWitness({ by: 'metrics', seen, judged: 'LatencyMs above 500' }),
  peers: 'same',
});

describe('the finding', () => {
  test.each([
    ['one of eight', fleet(1, 7), 'few'],
    ['two of eight', fleet(2, 6), 'many'],
    ['15 of 300, which is 5 %', fleet(15, 285), 'few'],
    ['16 of 300', fleet(16, 284), 'many'],
    ['one of two', fleet(1, 1), 'few'],
    ['the only host', fleet(1, 0), 'many'],
    ['all', fleet(8, 0), 'many'],
    ['none of eight', fleet(0, 8), 'none'],
    ['none of eight, and two are silent', fleet(0, 6, 2), 'none'],
    ['none, and most are silent', fleet(0, 3, 5), 'unknown'],
    ['one, and most are silent', fleet(1, 2, 5), 'unknown'],
    ['one, and no peer is known to be well', fleet(1, 0, 7), 'unknown'],
    ['nothing is known', fleet(0, 0, 8), 'unknown'],
    ['no host', [], 'unknown'],
  ] as const)('of %s', (_, seen, finding) => {
    expect(found(seen).finding).toBe(finding);
  });

  test.each([
    ['one ill host, and seven stopped', fleet(1, 0), 7, 'unknown'],
    ['one ill host, and one stopped', fleet(1, 0), 1, 'unknown'],
    ['two ill hosts, and six stopped', fleet(2, 0), 6, 'many'],
    ['two of three, and 37 stopped', fleet(2, 1), 37, 'unknown'],
    ['one of four, and four stopped', fleet(1, 3), 4, 'few'],
  ] as const)('of %s, which may be well', (_, seen, off, finding) => {
    const witness = hostWitness({ by: 'metrics', seen, off, judged: 'LatencyMs above 500' });
    expect(witness.finding).toBe(finding);
    expect(witness.says.some((one) => one.includes('stopped and may be well'))).toBe(finding === 'unknown');
    expect(witnessObjections(witness, 'ask').length > 0).toBe(finding !== 'many');
  });

  test('names the ill hosts and the numbers', () => {
    expect(found(fleet(1, 6, 1))).toMatchObject({
      ...{ hosts: 8, ill: 1, well: 6, unknown: 1, names: ['host-1'], only: [{ instance_id: 'i-1', name: 'host-1' }] },
      says: [
        'Only 1 of 8 hosts is ill by LatencyMs above 500: host-1; 6 are well.',
        'Nothing is known of 1 of 8 hosts: host-8.',
      ],
    });
  });

  test('counts one host of a small fleet, and 5 % of a large one', () => {
    expect([1, 8, 39, 40, 300].map(mostFew)).toEqual([1, 1, 1, 2, 15]);
  });
});

describe('the objections', () => {
  test.each([
    ['few hosts are ill, and the environment asks', fleet(1, 7), 'ask', true],
    ['few hosts are ill, and the environment acts on these alone', fleet(1, 7), 'act', false],
    ['few hosts are ill, and a host is silent: nobody knows whether it is ill too', fleet(1, 6, 1), 'act', true],
    ['few hosts are ill, and the environment acts on all', fleet(1, 7), 'all', false],
    ['many hosts are ill', fleet(4, 4), 'ask', false],
    ['no host is ill', fleet(0, 8), 'act', true],
    ['nothing is known', fleet(0, 0, 8), 'act', true],
  ] as const)('if %s', (_, seen, rule, objects) => {
    expect(witnessObjections(found(seen), rule).length > 0).toBe(objects);
  });

  test('only without an objection does a rollback act on the few by itself', () => {
    expect(actsOnlyOn(found(fleet(1, 7)), 'act')).toEqual([{ instance_id: 'i-1', name: 'host-1' }]);
    for (const [seen, rule] of [
      [fleet(1, 7), 'ask'],
      [fleet(1, 7), 'all'],
      [fleet(1, 6, 1), 'act'],
      [fleet(4, 4), 'act'],
    ] as const)
      expect(actsOnlyOn(found(seen), rule)).toBeUndefined();
  });
});

describe('a host by its own metric', () => {
  const one = { instance_id: 'i-1', name: 'host-1' };
  const metric = { threshold: 500, worse: 'above', statistic: 'Maximum' } as const;
  test.each([
    ['past the threshold once', metric, [120, 620, 120], 'ill'],
    ['at the threshold of an alarm that is red above it', metric, [500], 'well'],
    ['at the threshold of an alarm that is red at it', { ...metric, threshold: 1, at_threshold: true }, [1], 'ill'],
    ['below a least value', { threshold: 50, worse: 'below', statistic: 'Minimum' } as const, [45], 'ill'],
    ['without a datapoint', metric, [], 'unknown'],
    ['past the threshold, and good twice since', metric, [120, 120, 620], 'ill'],
  ] as const)('%s', (_, judged, values, state) => {
    expect(seenByMetrics([one], judged, new Map([['i-1', values]]))).toEqual([{ ...one, state }]);
  });

  test('that was past the threshold and good three times since is not known: it may have been rolled back meanwhile', () => {
    const values = new Map([['i-1', [120, 120, 120, 620]]]);
    expect(seenByMetrics([one], metric, values)).toEqual([
      { ...one, state: 'unknown', says: 'ill before, and well again' },
    ]);
  });

  test('so one newly ill host beside one that was rolled back is not many: people are asked', () => {
    const [again] = seenByMetrics([one], metric, new Map([['i-1', [120, 120, 120, 620]]]));
    const others = fleet(1, 10).map((host, i) => ({ ...host, instance_id: `i-${i + 2}`, name: `host-${i + 2}` }));
    const witness = found(again ? [again, ...others] : []);
    expect(witnessObjections(witness, 'act')).toEqual([
      expect.stringContaining('Only 1 of 12 hosts is ill'),
      expect.stringContaining('Nothing is known of 1 of 12 hosts: host-1 (ill before, and well again).'),
    ]);
  });

  test('is judged only if one host alone turns the alarm red', () => {
    expect(isOfOneHost({ statistic: 'Maximum', worse: 'above' })).toBe(true);
    expect(isOfOneHost({ statistic: 'Minimum', worse: 'below' })).toBe(true);
    expect(isOfOneHost({ statistic: 'Sum', worse: 'above' })).toBe(false);
    expect(isOfOneHost({ statistic: 'Maximum', worse: 'below' })).toBe(false);
  });
});

describe('a host by the health check', () => {
  const look = (report: Record<string, unknown> | null) => [{ instance_id: 'i-1', name: 'host-1', report }];
  const checks = { own: ['feed'], elsewhere: ['components'] };
  test.each<[string, Record<string, unknown> | null, Partial<SeenHost>]>([
    ['healthy', { healthy: true, failed: [] }, { state: 'well' }],
    ['with a failed check of any phase', { healthy: false, failed: ['errors'] }, { state: 'ill', says: 'errors' }],
    [
      'of this phase',
      { healthy: false, failed: ['feed', 'errors'] },
      { state: 'ill', says: 'feed, errors', own: true },
    ],
    ['of another phase', { healthy: false, failed: ['components', 'errors'] }, { state: 'well' }],
    [
      'of both',
      { healthy: false, failed: ['components', 'feed'] },
      { state: 'ill', says: 'components, feed', own: true },
    ],
    ['ill, without the name of a check', { healthy: false }, { state: 'ill' }],
    ['that says nothing about its health', {}, { state: 'unknown' }],
    ['without a report', null, { state: 'unknown' }],
  ])('%s', (_, report, seen) => {
    expect(seenByChecks(look(report), checks)).toEqual([{ instance_id: 'i-1', name: 'host-1', ...seen }]);
  });
});

describe('after a deployment to the canary group alone', () => {
  test('a host of the group that was not seen is named', () => {
    expect(ofCanary(fleet(1, 7), ['host-1', 'host-9']).says.at(-1)).toBe(
      'Nothing is known of host-9 of the canary group, which has the newest version.',
    );
  });

  const ofCanary = (seen: readonly SeenHost[], canary: readonly string[]) =>
    hostWitness({ by: 'metrics', seen, judged: 'LatencyMs above 500', canary });
  const ids = (seen: readonly SeenHost[], canary: readonly string[]) =>
    actsOnlyOn(ofCanary(seen, canary), 'ask')?.map(({ name }) => name);

  test('its ill hosts have the whole group rolled back, and nobody is asked', () => {
    expect(ids(fleet(1, 7), ['host-1', 'host-2'])).toEqual(['host-1', 'host-2']);
    expect(ids(fleet(2, 6), ['host-1', 'host-2'])).toEqual(['host-1', 'host-2']); // more than a few
    expect(witnessObjections(ofCanary(fleet(2, 6), ['host-1', 'host-2']), 'ask')).toEqual([]);
  });

  test.each([
    ['a host outside of it is ill too', fleet(2, 6), ['host-1']],
    ['no host outside of it is well', fleet(1, 1), ['host-1', 'host-2']],
    ['nothing is known of a host', fleet(1, 6, 1), ['host-1']],
    ['it is well', fleet(1, 7), ['host-2']],
    ['one of its hosts is stopped: it would keep the version', fleet(1, 7), ['host-1', 'host-9']],
  ])('nobody acts on it alone if %s', (_, seen, canary) => {
    expect(ids(seen, canary)).toBeUndefined();
  });
});
