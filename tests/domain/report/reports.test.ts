import { describe, expect, test } from 'vitest';
import { chainWith, type Happened } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { asHtml, asMarkdown, inert } from '../../../domain/report/document.ts';
import type { Evidence, ReportFacts } from '../../../domain/report/facts.ts';
import { judgedRollback, monthReport } from '../../../domain/report/month.ts';
import { reportOf, withAcceptance } from '../../../domain/report/reports.ts';

const at = '2026-03-02T13:10:00.000Z';
const hostile = '<script>alert(1)</script> **b** \u202eevil\u001b[31m | x\n# heading';

const happened = (problem: string | null): Happened[] => [
  {
    id: 'rollback-opened',
    type: 'Rollback opened',
    at: '2026-03-02T09:00:00.000Z',
    detail: {
      ...{ phase: 1, phase_name: 'Databento Client', trigger: 'manual', severity: 'CRITICAL', mode: 'live' },
      ...{ start_time: '2026-03-02T09:00:00.000Z', deadline: '2026-03-02T09:15:00.000Z', execution_arn: 'arn:x' },
      ...{ fleet: 'trading', operator: hostile, reason: hostile },
    },
  },
  { id: 'fleet-taken/1', type: 'Fleet taken', at: '2026-03-02T09:01:00.000Z', detail: { fence: 1 } },
  {
    id: 'closed',
    type: 'Rollback closed',
    at: '2026-03-02T09:10:00.000Z',
    detail: { ending: problem === null ? 'Rolled back' : 'Needs a person', problem, data_loss: false },
  },
];

function facts(problem: string | null = null, evidence: ReportFacts['evidence'] = null): ReportFacts {
  const events = chainWith('r-1', [], happened(problem));
  return { environment: 'test', record: recordOf(events), events, followUp: undefined, evidence, at };
}

const collected = (changes: Partial<Evidence>): ReportFacts['evidence'] => ({
  key: 'follow-up/r-1/evidence-4h-0.json',
  collected: {
    ...{ rollback: 'r-1', from: at, to: at, metrics: { found: [] }, logs: [] },
    ...changes,
  },
});

describe('a draft', () => {
  test('is marked as a draft that nobody has accepted', () => {
    expect(asMarkdown(reportOf('interim', facts()))).toMatch(/^\*\*DRAFT of .*Nobody has accepted it/m);
    expect(asHtml(reportOf('post-mortem', facts()))).toContain('<p class="warning">DRAFT of');
  });

  test('once accepted names who accepted it, in place of the mark', () => {
    const accepted = { operator: 'a<n>a', at };
    const text = withAcceptance(asMarkdown(reportOf('interim', facts())), accepted, false);
    expect(text).toMatch(/^\*\*ACCEPTED by a\\<n\\>a at /m);
    expect(text).not.toContain('DRAFT');
    const html = withAcceptance(asHtml(reportOf('interim', facts())), accepted, true);
    expect(html).toContain('ACCEPTED by a&lt;n&gt;a at');
    expect(html).not.toContain('DRAFT');
  });

  test.each(['interim', 'post-mortem'] as const)('has the parts of the procedure: %s', (kind) => {
    const titles = reportOf(kind, facts()).sections.map(({ title }) => title);
    const parts =
      kind === 'interim'
        ? ['Executive summary', 'Technical details', 'Business impact', 'Preliminary recommendations']
        : [
            'Detailed timeline',
            'Root cause and contributing factors',
            'Process improvements and prevention measures',
            'Corrective actions',
          ];
    expect(titles).toEqual(expect.arrayContaining(parts));
  });

  test('names what the record does not have, and invents nothing', () => {
    const text = asMarkdown(reportOf('post-mortem', facts()));
    for (const what of ['the root cause', 'prevention measures', 'the deployment', 'metrics and logs of the window'])
      expect(text).toContain(`NOT KNOWN: ${what}`);
  });

  test('without metrics names that as a gap', () => {
    const none = { metric: 'Gaps', phase: 1, values: [] };
    expect(asMarkdown(reportOf('interim', facts(null, collected({ metrics: { found: [none] } }))))).toContain(
      'NOT KNOWN: metrics. CloudWatch has no values in the window.',
    );
    expect(asMarkdown(reportOf('interim', facts(null, collected({ metrics: { missing: 'Throttled.' } }))))).toContain(
      'NOT KNOWN: metrics: Throttled.',
    );
  });

  test('names each object with logs, and each source without as a gap', () => {
    const logs = [
      { of: 'product', key: 'follow-up/r-1/logs-product-4h-0.json', sha256: '0', lines: 2000, matched: 2345 },
      { of: 'trading', missing: 'the query ended Timeout.' },
    ] as const;
    const text = asMarkdown(reportOf('interim', facts(null, collected({ logs }))));
    expect(text).toContain("| the product's functions | 2000 | 2345 |");
    expect(text).toContain('NOT KNOWN: logs of the trading system: the query ended Timeout.');
    expect(asMarkdown(reportOf('interim', facts(null, collected({}))))).toContain('NOT KNOWN: logs. None were');
  });

  test('has least, most and last of each metric', () => {
    const values = [5, 1, 3].map((value) => ({ at, value }));
    const text = asMarkdown(
      reportOf('interim', facts(null, collected({ metrics: { found: [{ metric: 'Gaps', phase: 1, values }] } }))),
    );
    expect(text).toContain('| Gaps | 1 | 3 | 1 | 5 | 3 |');
  });
});

describe('hostile text', () => {
  test.each(['interim', 'post-mortem'] as const)('is shown inert in the %s', (kind) => {
    const report = reportOf(kind, facts(`${hostile}${'y'.repeat(300_000)}`));
    const [markdown, html] = [asMarkdown(report), asHtml(report)];
    for (const text of [markdown, html]) {
      for (const one of ['\u202e', '\u001b']) expect(text.includes(one)).toBe(false);
      expect(text.length).toBeLessThan(60_000);
    }
    expect(html).not.toContain('<script');
    expect(markdown).not.toMatch(/(?<!\\)<script/);
    expect(markdown.split('\n').filter((line) => /^#+ heading/.test(line))).toEqual([]);
  });

  test('is cut, and says how long it was', () => {
    expect(inert('x'.repeat(300_000))).toMatch(/^x{600}… \(300000 characters in the record\)$/);
  });
});

describe('the monthly report', () => {
  const judged = [null, 'a step failed'].map((problem) => judgedRollback(chainWith('r-1', [], happened(problem))));

  test('counts each success criterion, and names each rollback', () => {
    const text = asMarkdown(
      monthReport(
        '2026-03',
        judged.flatMap((one) => one ?? []),
        { environment: 'test', at },
      ),
    );
    expect(text).toContain('| Rollback time | 1 | 1 | 0 |');
    expect(text).toContain('| Data loss | 2 | 0 | 0 |');
    expect(text).toMatch(/\| Performance \| 0 \| 0 \| 2 \|/);
  });

  test('is asked for nothing that a rollback without the fleet did not do', () => {
    const events = chainWith(
      'r-1',
      [],
      happened(null).flatMap((one) =>
        one.type === 'Fleet taken'
          ? []
          : [
              {
                ...one,
                detail: {
                  ...one.detail,
                  also_undone: [2, 3],
                  ...(one.id === 'closed' ? { ending: 'Stood down' } : {}),
                },
              },
            ],
      ),
    );
    const text = asMarkdown(reportOf('interim', { ...facts(), record: recordOf(events), events }));
    expect(text).toContain('No host was touched');
    expect(text).not.toMatch(/Also undone|NOT KNOWN: the version|NOT KNOWN: whether data|NOT KNOWN: steps/);
    expect(text.match(/does not apply/g)).toHaveLength(4);
  });

  test('leaves out what touched no host', () => {
    expect(
      judgedRollback(
        chainWith(
          'r-1',
          [],
          happened(null).filter(({ type }) => type !== 'Fleet taken'),
        ),
      ),
    ).toBeUndefined();
  });

  test('of a month without a rollback says so', () => {
    expect(asMarkdown(monthReport('2026-03', [], { environment: 'test', at }))).toContain(
      'No rollback touched a host in this month.',
    );
  });
});
