import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { incidentPage } from '../../domain/page/incident-page.ts';
import { chainOf, factsOf, hostNames, metricOf, opening, rolledBack, verdicts } from '../domain/page/an-incident.ts';
import { hasChromium, openBrowser } from './chromium.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Axe = { readonly axe: { run(): Promise<{ readonly violations: readonly { readonly id: string }[] }> } };

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };

const question = {
  ...{
    rollback: 'r',
    phase: 1,
    number: 1,
    kind: 'confirm',
    severity: 'HIGH',
    why: ['HIGH is rolled back after assessment.'],
  },
  ...{
    asked_at: '2026-01-05T09:00:21.000Z',
    deadline: '2026-01-05T09:15:21.000Z',
    approvers: 1,
    at_deadline: 'It looks again.',
  },
};
const pages: readonly [string, string][] = [
  ['of a rollback that ended well', incidentPage(factsOf(rolledBack({ failing: ['host-2'] }), { metric: metricOf() }))],
  ['of an open question', incidentPage(factsOf(chainOf(...opening(), [0, 'Question asked', question])))],
  [
    'of one that needs a person',
    incidentPage(
      factsOf(
        chainOf(...opening(), [
          9,
          'Rollback closed',
          { ending: 'Needs a person', problem: 'A host hangs.', fleet: 'held' },
        ]),
      ),
    ),
  ],
];

// A browser shares the cores with other tests, so what takes a second alone may take a minute.
describe.skipIf(!hasChromium)('an incident page in a real browser', { timeout: 300_000 }, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), 'incident-page-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page from a file, with everything that it says or asks for. */
  async function opened(html: string, viewport = desk, colorScheme: 'light' | 'dark' = 'light', time?: string) {
    const context = await browser.newContext({ viewport, colorScheme, offline: true });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    if (time !== undefined) await page.clock.setFixedTime(time);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('a dialog')));
    page.on('request', (request) => requests.push(request.url()));
    const file = join(folder, 'page.html');
    await writeFile(file, html);
    await page.goto(`file://${file}`);
    return { page, complaints, requests, close: () => context.close() };
  }

  /** Runs outside of the page's policy, which forbids every other script. */
  const findings = async (html: string, viewport: typeof desk, scheme: 'light' | 'dark') => {
    const context = await browser.newContext({ viewport, colorScheme: scheme, bypassCSP: true });
    const page = await context.newPage();
    await page.setContent(html);
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => (globalThis as unknown as Axe).axe.run());
    await context.close();
    return violations.map(({ id }) => id);
  };

  describe.each(pages)('the page %s', (_, html) => {
    test.each([
      ['a phone, light', phone, 'light'],
      ['a desk, dark', desk, 'dark'],
    ] as const)('has no finding of axe-core on %s', async (_on, viewport, scheme) => {
      expect(await findings(html, viewport, scheme)).toEqual([]);
    });

    test('asks for nothing, complains about nothing and does not scroll sideways on a phone', async () => {
      const { page, complaints, requests, close } = await opened(html, phone);
      expect(requests.map((one) => one.slice(0, 7))).toEqual(['file://']);
      expect(complaints).toEqual([]);
      await expect.poll(() => width(page)).toBeLessThanOrEqual(phone.width);
      await close();
    });
  });

  const width = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

  test('runs its own script under its policy: buttons to copy, and the age', async () => {
    const { page, close } = await opened(pages[0]?.[1] ?? '');
    await expect.poll(() => page.locator('button:visible').count()).toBeGreaterThan(0);
    await expect.poll(() => page.locator('[data-written]').textContent()).toMatch(/That was \d+ days ago/);
    await page.keyboard.press('Tab'); // with the keyboard only
    await page.locator('button').first().press('Enter');
    await expect.poll(() => page.locator('button').first().textContent()).toMatch(/Copied|Selected/);
    await close();
  });

  test.each([...pages, ['of a rollback that runs', incidentPage(factsOf(rolledBack({}).slice(0, 6)))] as const])(
    'the page %s says a year later, without a network, that what it asks for is old',
    async (_, html) => {
      const remark = 'Its deadlines, what is next and who must act are of the time when it was written.';
      const { page, complaints, requests, close } = await opened(html, phone, 'light', '2026-01-05T09:05:00.000Z');
      await page
        .getByText(
          /^(Must act: |Nobody had to act for this rollback when this page was written|Nothing was urgent when this page was written)/,
        )
        .waitFor();
      await expect.poll(() => page.getByText(remark).isVisible()).toBe(false);
      await page.clock.setFixedTime('2027-01-05T09:05:00.000Z');
      await page.reload();
      await page.getByText(remark).waitFor();
      await page.getByText('That was 364 days ago.').or(page.getByText('That was 365 days ago.')).waitFor();
      // No word of the page calls that time the present, and nothing on it leads to a server.
      const text = await page.locator('body').innerText();
      expect(text.match(/^.*\b(now|today|currently)\b.*$/gim)).toEqual([
        expect.stringContaining('See how it is today'),
      ]);
      await expect.poll(() => page.locator('a[href], img, link, iframe, [src]').count()).toBe(0);
      await expect.poll(() => width(page)).toBeLessThanOrEqual(phone.width);
      expect([complaints, requests.filter((one) => !one.startsWith('file://'))]).toEqual([[], []]);
      await close();
    },
  );

  test('can be read without its script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.setContent(pages[0]?.[1] ?? '');
    await expect
      .poll(() => page.locator('h1').textContent())
      .toBe('Phase 1 (Databento Client): data_corruption, CRITICAL');
    await expect.poll(() => page.locator('button:visible').count()).toBe(0);
    await context.close();
  });

  test('has everything on paper, also what is folded on a screen', async () => {
    const { page, close } = await opened(pages[0]?.[1] ?? '');
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => page.locator('details pre').first().isVisible()).toBe(true);
    await close();
  });

  test('draws 1,000 hosts', async () => {
    const hosts = 1000;
    const events = rolledBack({ hosts, failing: hostNames(hosts).slice(500, 515) });
    const html = incidentPage(factsOf(events, { hosts: { state: 'complete', value: verdicts({ hosts }) } }));
    expect(html.length).toBeLessThan(2_000_000);
    const { page, complaints, close } = await opened(html, phone);
    await expect.poll(() => page.getByText('985 hosts alike').isVisible()).toBe(true);
    await expect.poll(() => width(page)).toBeLessThanOrEqual(phone.width);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['a script', '<script>document.title = "owned"</script>'],
    ['an image that fails to load', '<img src=x onerror="document.title=\'owned\'">'],
    ['the end of the data', '</script><script>document.title = "owned"</script>'],
    ['a style', '</style><style>body{display:none}</style>'],
  ])('shows %s in a reason and in what a host says as text', async (_what, hostile) => {
    const said = verdicts().map((one, index) =>
      index === 0 ? { ...one, verdict: 'failed' as const, reason: hostile } : one,
    );
    const facts = factsOf(rolledBack({ failing: ['host-2'], reason: hostile }), {
      hosts: { state: 'complete', value: said },
    });
    const { page, complaints, close } = await opened(incidentPage(facts));
    await expect.poll(() => page.title()).toBe('Phase 1: Rolled back');
    await expect.poll(() => page.locator('.said').textContent()).toContain(hostile);
    await expect.poll(() => page.locator('body').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });
});
