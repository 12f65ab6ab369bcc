import { describe, expect, test } from 'vitest';
import { asHtml, asMarkdown } from '../../../domain/report/document.ts';

const report = {
  title: 'Interim report',
  status: 'DRAFT',
  sections: [
    {
      title: 'Tasks',
      blocks: [{ head: ['task', 'due'], rows: [['Interview <b>ana</b>', 'due 2026-12-01T17:28:12.400Z']] }],
    },
  ],
};

describe('a report as HTML', () => {
  const html = asHtml(report);

  test('is laid out for the width of a phone', () => {
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  });

  test('has all of its content in one landmark', () => {
    expect(html.match(/<body><main>[\s\S]*<\/main><\/body>/g)).toHaveLength(1);
    expect(html.match(/<main>/g)).toHaveLength(1);
  });

  test('scrolls a wide table by itself, by finger or keyboard, and names its columns', () => {
    expect(html).toContain('<div class="table" role="region" tabindex="0" aria-label="task, due"><table>');
    expect(html).toContain('.table{overflow-x:auto}');
    expect(html).toMatch(/th,td\{[^}]*min-width:6em/);
    expect(html).toContain('<th scope="col">due</th>');
  });

  test('has instants in cells without milliseconds, and texts inert', () => {
    expect(html).toContain('<td>due 2026-12-01 17:28:12 UTC</td>');
    expect(html).toContain('<td>Interview &lt;b&gt;ana&lt;/b&gt;</td>');
  });
});

test('a report as Markdown has instants as the record has them', () => {
  expect(asMarkdown(report)).toContain('2026-12-01T17:28:12.400Z');
});
