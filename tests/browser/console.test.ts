import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect } from '../../cli/account/clients.ts';
import { consoleBackend } from '../../cli/actions/console-backend.ts';
import { type Console, serveConsole } from '../../console/serve-console.ts';
import { sharedAssembly } from '../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';
import { hasChromium, openBrowser } from './chromium.ts';
import { pretended } from './pretended-console.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Axe = { readonly axe: { run(): Promise<{ readonly violations: readonly { readonly id: string }[] }> } };

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };

/** A browser and its pages share the cores with other tests, so what takes a second alone may take a minute. */
const patience = { timeout: 300_000 };
const longest = 120_000;

describe.skipIf(!hasChromium)('the console in a real browser', patience, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  /** Opens a console's address, and collects all that the page complains about or asks of another address. */
  async function opened(
    served: Console,
    options: BrowserContextOptions = {},
    before: (page: Page) => Promise<unknown> = async () => {},
  ) {
    const context = await browser.newContext({
      ...{ locale: 'en-GB', viewport: desk },
      reducedMotion: 'reduce', // the mark of a live connection pulses, and each of its frames would be drawn without a GPU
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(longest);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(served.address.split('/#')[0] ?? '')) complaints.push(`asks ${request.url()}`);
    });
    await before(page);
    await page.goto(served.address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const open = async (name: string) => {
      await page.getByRole('link', { name, exact: false }).first().click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    };
    return { page, complaints, open, close: () => context.close() };
  }

  const width = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

  /** Runs outside of the page's policy, which forbids every other script. */
  const findings = async (page: Page) => {
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => (globalThis as unknown as Axe).axe.run());
    return violations.map(({ id }) => id);
  };

  describe('of an embedded account', () => {
    let account: SimulatedAccount;
    let passing = true;
    let turn: Promise<unknown> = Promise.resolve();
    /** The clock waits for it before each second, and for a twentieth of a real one. */
    let ready: () => Promise<unknown> = async () => {};
    const consoles: Console[] = [];
    /** Only one moves the clock at a time. */
    const letPass = (seconds: number) => {
      turn = turn.then(() => account.letPass(seconds));
      return turn as Promise<void>;
    };
    beforeAll(async () => {
      account = await simulatedAccount(await sharedAssembly(), { hosts: 3 });
      void (async () => {
        // At most twenty times as fast as people's time.
        for (; passing; await sleep(50)) {
          await ready();
          await letPass(1);
        }
      })().catch(() => {});
    }, 240_000);
    afterAll(async () => {
      passing = false;
      await turn;
      await Promise.all(consoles.map((one) => one.close()));
      await account?.close();
    });

    /** Stops the clock, so that no deadline passes and nothing ends while the test looks. The returned function starts it. */
    function stopped(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      ready = () => promise;
      return () => {
        ready = async () => {};
        resolve();
      };
    }

    /** Lets the clock wait for a page: a second passes only after the page has drawn. */
    function paced(page: Page): void {
      const drawn = 'new Promise((done) => requestAnimationFrame(() => setTimeout(done)))';
      ready = () => page.evaluate(drawn).catch(() => {}); // the page is closed
    }

    /** Serves a console with a person's credentials. */
    async function consoleAs(person: string, act: boolean): Promise<Console> {
      vi.stubEnv('AWS_ACCESS_KEY_ID', person);
      const connection = await connect({ environment: 'local', endpoint: account.endpoint });
      vi.unstubAllEnvs();
      const movingClock = { ahead: (milliseconds: number) => letPass(milliseconds / 1000) };
      const served = await serveConsole(consoleBackend(connection, { act, movingClock }), 0);
      consoles.push(served);
      return served;
    }

    test('two people answer at once: the late one reads who decided, and an auditor has no buttons', async () => {
      const operator = await opened(await consoleAs('ana@rollback-local-operator', true));
      await operator.page.evaluate("sessionStorage.setItem('rollback-name', 'ana')");
      const late = await opened(await consoleAs('bo@rollback-local-approver', true), { viewport: phone });
      const auditor = await opened(await consoleAs('kim@rollback-local-auditor', true));
      const reader = await opened(await consoleAs('ana@rollback-local-operator', false));
      const teller = await consoleAs('teller', true);
      expect(await post(teller, 'deploy', { phase: 2, version: 'v2.2.0' })).toMatch(
        /^Phase 2 is deployed to v2\.2\.0 on every host/,
      );
      expect(await post(teller, 'fault', { phase: 2, trigger: 'cascade_failure' })).toMatch(
        /^The hosts of phase 2 have/,
      );
      const question = ({ page }: { page: Page }) => page.getByRole('link', { name: 'Read it and answer' });
      await question(operator).waitFor();
      const goOn = stopped(); // the question ends after fifteen minutes
      for (const one of [operator, late, auditor, reader]) await question(one).click();

      const choose = async ({ page }: { page: Page }, answer: string, name: string) => {
        await page.getByRole('button', { name: new RegExp(`^${answer} `) }).click();
        await page.getByLabel('Your name').fill(name);
      };
      await operator.page.getByRole('button', { name: 'I have heard it' }).click();
      await operator.page.getByRole('dialog').getByRole('button', { name: 'I have heard it' }).click();
      await operator.page.getByText('you have heard rollback').waitFor();
      await expect.poll(() => auditor.page.getByRole('button', { name: 'I have heard it' }).count()).toBe(0);

      await choose(operator, 'rollback', 'ana');
      await expect
        .poll(() => operator.page.getByRole('dialog').textContent())
        .toMatch(/The plan, which undoes v2\.2\.0, on 3 hosts/);
      await expect.poll(() => operator.page.getByRole('dialog').locator('.plan li').count()).toBe(4);
      await expect
        .poll(() => operator.page.getByRole('dialog').locator('.effect li').allTextContents())
        .toEqual([
          expect.stringMatching(/^Undo v2\.2\.0, deployed at .*, and go back to phase2-rollback: /),
          expect.stringMatching(/^Target: phase2-rollback, the runbook's tag, because /),
          'Flags: algorithm_version=v1.0',
          expect.stringMatching(/^Takes at most \d+ minutes/),
        ]);
      await operator.page.getByRole('button', { name: 'Do not answer' }).click();
      await choose(operator, 'stand-down', 'ana');
      await choose(late, 'rollback', 'bo');

      await expect.poll(() => auditor.page.getByRole('button', { name: /^rollback / }).count()).toBe(0);
      await auditor.page.getByText('No permission to start rollback-local-decide').waitFor();
      await expect.poll(() => reader.page.getByRole('button', { name: /^rollback / }).count()).toBe(0);
      await reader.page.getByText('This console only reads').waitFor();
      await expect.poll(() => reader.page.getByText('npm run rollback -- decide rollback').count()).toBe(1);

      goOn();
      await operator.page.getByRole('button', { name: 'Answer stand-down' }).click();
      await operator.page.getByText(/Accepted: stand-down/).waitFor();
      await late.page.getByRole('button', { name: 'Answer rollback' }).click();
      await late.page.getByText(/Not done.*ana.* answered stand-down at/).waitFor();
      expect([operator, late, auditor, reader].flatMap(({ complaints }) => complaints.filter(isError))).toEqual([]);
      expect(await post(teller, 'heal', { phase: 2 })).toBe('The fault of phase 2 is taken away.');
      for (const { close } of [operator, late, auditor, reader]) await close();
    });

    test('a newcomer puts a fault in and watches the product heal it', async () => {
      const { page, complaints, open, close } = await opened(await consoleAs('ana', true));
      await open('Try it');
      await page.getByRole('button', { name: 'Deploy v1.4.0', exact: true }).click();
      paced(page); // the page shows the rollback only while it runs
      await page.getByRole('button', { name: 'Corrupt its data' }).click();
      const running = page.getByRole('link', { name: 'Watch the rollback' });
      await running.waitFor();
      const goOn = stopped();
      await running.click();
      await page.getByRole('heading', { level: 1, name: /^Phase 1 .*data_corruption, CRITICAL$/ }).waitFor();
      await page.locator('.graph .box.current').waitFor();
      goOn();
      await page.locator('.standing.good .title', { hasText: 'Rolled back' }).waitFor();
      await expect.poll(() => page.locator('.steps li').count()).toBe(8);
      await expect.poll(() => page.locator('.steps li:not(.done)').count()).toBe(0);
      await page.getByRole('button', { name: 'Show the incident page' }).click();
      await page
        .frameLocator('iframe')
        .getByRole('heading', { level: 1, name: /Databento Client/ })
        .waitFor();
      await open('History');
      await page
        .getByRole('row', { name: /data_corruption/ })
        .getByText('Rolled back')
        .waitFor();
      expect(complaints).toEqual([]);

      // The rollback of phase 1 took the code of every phase away: a fault strikes again only once it is back.
      await open('Now');
      await page.getByText('a second person must review whether it was right').waitFor();
      await expect.poll(() => page.getByText('Nothing waits for a person here').count()).toBe(0);
      await open('Try it');
      await page.getByRole('combobox', { name: /^Phase/ }).selectOption('2');
      await page.getByRole('combobox', { name: /^Fault/ }).selectOption('security_issue');
      await page.getByRole('button', { name: 'Deploy v1.4.0 first' }).click();
      await page.getByText('Phase 2 is deployed to v1.4.0 on every host').waitFor();
      await page.getByRole('button', { name: 'Put it in' }).click();
      await page.getByText(/^Phase 2: /).waitFor();
      await page.getByRole('button', { name: 'Take it away' }).click();
      await close();
    });

    test('acts for people in the words of the commands, with their rights only, and starts nothing without its plan', async () => {
      const operator = await consoleAs('ana@rollback-local-operator', true);
      const asAna = { operator: 'ana', reason: 'exchange test' };
      expect(await post(operator, 'pause', { phase: 4, ...asAna })).toMatch(
        /^Automation of phase 4 is paused: an alarm asks/,
      );
      expect(await post(operator, 'unpause', { phase: 4, ...asAna })).toMatch(
        /^Automation of phase 4 is not paused any more/,
      );
      expect(await post(operator, 'pause', { phase: 4, operator: 'ana', reason: ' ' })).toContain(
        'Nothing was changed',
      );
      expect(await post(operator, 'release', asAna)).toContain('rollback is missing');
      expect(await post(operator, 'release', { rollback: 'none', ...asAna })).toMatch(/#release-refused$/);
      expect(await post(operator, 'ack', { rollback: 'none', operator: 'ana' })).toContain('There is no rollback none');
      expect(await post(operator, 'start', { phase: 4, ...asAna })).toMatch(/^Make the plan of phase 4 first/);
      expect(await post(operator, 'start', { phase: 4, ...asAna, only_hosts: ['host-1'] })).toMatch(
        /takes no only_hosts/,
      );
      expect(await post(operator, 'plan', { phase: 4 })).toMatch(/^The plan of phase 4 is made/);
      expect(await post(await consoleAs('teller', true), 'deploy', { phase: 4, version: 'v4.4.0' })).toMatch(
        /is deployed/,
      );
      expect(await post(operator, 'start', { phase: 4, ...asAna })).toMatch(
        /^The plan of phase 4 is not true any more.*Nothing was started\.\nThe deployments of phase 4: .* now\./s,
      );
      const both = [operator, await consoleAs('ben@rollback-local-operator', true)];
      const startBoth = async (): Promise<string[]> => {
        for (const one of both) expect(await post(one, 'plan', { phase: 4 })).toMatch(/^The plan of phase 4 is made/);
        const said = await Promise.all(both.map((one) => post(one, 'start', { phase: 4, ...asAna })));
        // A rollback of an earlier test may end between plan and start.
        return said.some((one) => one.startsWith('Started')) ? said : startBoth();
      };
      const said = await startBoth();
      expect(said.filter((one) => one.startsWith('Started the rollback of phase 4'))).toHaveLength(1);
      expect(said.find((one) => !one.startsWith('Started'))).toMatch(
        /begins nothing of its own: Joined the active rollback\.\nRollback \S+ of phase 4 .*is open already|not true any more.*newest rollback of phase 4/s,
      );
      const auditor = await consoleAs('kim@rollback-local-auditor', true);
      for (const [act, fields] of [
        ['pause', asAna],
        ['plan', { phase: 4 }],
      ] as const)
        expect(await post(auditor, act, fields)).toMatch(/^No permission to start rollback-local-/);
      const reader = await consoleAs('ana@rollback-local-operator', false);
      expect(await post(reader, 'pause', asAna)).toMatch(/only reads|read-only/);
    });

    test('moves the clock, and refuses what it cannot do', async () => {
      const served = await consoleAs('ana', true);
      const { page, open, close } = await opened(served);
      await open('Try it');
      await page.getByRole('button', { name: 'Move it 1 minute' }).click();
      await page.getByText('The clock is 1 minute ahead of where it was.').waitFor();
      expect(await post(served, 'clock', { minutes: -1 })).toBe('minutes must be from 1 to 1440; found -1.');
      expect(await post(served, 'fault', { phase: 9, trigger: 'x' })).toMatch(/^phase must be one of 1, 2, 3, 4/);
      await close();
    });
  });

  /** A refused act is an answer of the server (422), which the browser writes to its console too. */
  const isError = (complaint: string) => !complaint.includes('422');

  async function post(served: Console, name: string, fields: object): Promise<string> {
    const [place, token] = served.address.split('/#token=');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${place}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(fields) });
    const { read, says } = (await response.json()) as { read?: { says: string }; says?: string };
    return read?.says ?? says ?? '';
  }

  describe('of an account that the test pretends', () => {
    test('draws 1,000 hosts, on a phone too', async () => {
      const fake = await pretended({ hosts: 1000 });
      const { page, open, complaints, close } = await opened(fake.served, { viewport: phone });
      await page.getByRole('link', { name: /^Phase 1: / }).click();
      await page.getByText('985 hosts alike').waitFor();
      await expect.poll(() => width(page)).toBeLessThanOrEqual(phone.width);
      await open('Fleet');
      await page.getByText('1,000 hosts').waitFor();
      await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(1000);
      await page.getByLabel('Find a host').fill('host-777');
      await expect.poll(() => page.getByRole('row', { name: /host-777/ }).count()).toBe(1);
      await expect.poll(() => width(page)).toBeLessThanOrEqual(phone.width);
      expect(complaints).toEqual([]);
      await close();
      await fake.close();
    });

    test.each([
      ['a phone, light', phone, 'light'],
      ['a desk, dark', desk, 'dark'],
    ] as const)('has no finding of axe-core on %s', async (_, viewport, colorScheme) => {
      const fake = await pretended({ hosts: 3, isAsking: true });
      const { page, open, close } = await opened(fake.served, { viewport, colorScheme, bypassCSP: true });
      const found: Record<string, readonly string[]> = {};
      for (const name of ['Fleet', 'History', 'Statistics', 'Readiness', 'Try it', 'Brakes', 'Start', 'Now']) {
        await open(name);
        await page.waitForTimeout(100);
        if (name === 'Start') {
          await page.getByText('A rollback of this phase asks a question.').waitFor();
          await expect.poll(() => page.getByRole('button', { name: /^Plan phase/ }).count()).toBe(0);
          found['Start of a phase that asks'] = await findings(page);
          await page.getByRole('combobox', { name: /^Phase/ }).selectOption('2');
          await page.getByRole('button', { name: 'Plan phase 2' }).click();
          await page.getByText('PLAN r-2').waitFor();
        }
        found[name] = await findings(page);
      }
      await page.getByRole('link', { name: 'Read it and answer' }).click();
      await page.locator('.graph .box.current').waitFor();
      found['a rollback'] = await findings(page);
      await page.getByRole('button', { name: /^rollback / }).click();
      found['the dialog'] = await findings(page);
      expect(Object.entries(found).filter(([, ids]) => ids.length > 0)).toEqual([]);
      await expect.poll(() => width(page)).toBeLessThanOrEqual(viewport.width);
      await close();
      await fake.close();
    });

    test('is used by the keyboard only: to the rollback, to an answer, and out of the dialog', async () => {
      const fake = await pretended({ hosts: 3, isAsking: true });
      const { page, close } = await opened(fake.served);
      // A locator of the focus would wait for one: an element that is replaced while the page is read takes its focus along.
      const focused = () => page.evaluate<string>("document.activeElement?.textContent ?? ''");
      const reach = async (text: RegExp) => {
        for (let keys = 0; keys < 60; keys += 1) {
          await page.keyboard.press('Tab');
          if (text.test(await focused())) return;
        }
        throw new Error(`60 presses of Tab did not reach ${text}.`);
      };
      await page.keyboard.press('Tab');
      await expect.poll(() => focused()).toBe('To the content');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Read it and answer' }).waitFor();
      await reach(/^Read it and answer$/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: /data_corruption/ }).waitFor();
      await page.getByRole('button', { name: /^stand-down/ }).waitFor(); // before it, commands are in its place
      await reach(/^\s*stand-down/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('button:focus', { hasText: /^\s*stand-down/ }).waitFor(); // the focus is where it was
      await page.keyboard.press('Enter');
      await page.getByLabel('Your name').waitFor();
      await page.keyboard.type('ana');
      await page.keyboard.press('Enter');
      await page.getByText('Accepted: stand-down').waitFor();
      expect(fake.answered()).toMatchObject({ answer: 'stand-down', operator: 'ana', question: 1 });
      await close();
      await fake.close();
    });

    test('pauses, and starts a rollback, by the keyboard only; each only after its dialog', async () => {
      const fake = await pretended({ hosts: 3 });
      const { page, open, close } = await opened(fake.served);
      const press = async (name: string) => {
        await page.getByRole('button', { name, exact: true }).focus();
        await page.keyboard.press('Enter');
      };
      const confirm = async (name: string, label: string) => {
        await page.getByRole('dialog').getByLabel(label).waitFor();
        await page.keyboard.type(name);
      };
      await open('Brakes');
      await press('Pause every phase');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(fake.acted()).toEqual([]);
      await press('Pause every phase');
      await page.getByRole('checkbox', { name: /Also now/ }).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Tab');
      await confirm('ana', 'Your name');
      await page.keyboard.press('Tab');
      await confirm('exchange test', 'Reason');
      await page.keyboard.press('Enter');
      await page.getByText('Done: pause.').waitFor();

      await open('Start');
      await press('Plan phase 1');
      await page.getByText('PLAN r-2').waitFor();
      await press('Start the rollback of phase 1');
      await page.getByRole('dialog').getByLabel('Reason').focus();
      await confirm('wrong fills', 'Reason');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Watch the rollback' }).waitFor();
      await expect.poll(() => page.getByRole('button', { name: 'Start the rollback of phase 1' }).count()).toBe(0); // it used its plan up
      expect(fake.acted()).toEqual([
        { act: 'pause', now: true, operator: 'ana', reason: 'exchange test' },
        { act: 'plan', phase: 1 },
        { act: 'start', phase: 1, severity: 'HIGH', operator: 'ana', reason: 'wrong fills' },
      ]);
      await close();
      await fake.close();
    });

    test('does not call an act undone whose answer is lost, with the account or with the console itself', async () => {
      const fake = await pretended({ hosts: 3 });
      const { page, open, close } = await opened(fake.served);
      const pause = async () => {
        await page.getByRole('button', { name: 'Pause every phase' }).click();
        await page.getByRole('textbox', { name: 'Your name' }).fill('ana');
        await page.getByRole('textbox', { name: 'Reason' }).fill('exchange test');
        await page.getByRole('dialog').getByRole('button', { name: 'Pause every phase' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        return page.getByRole('alert').filter({ hasText: 'It is not known whether this was done.' }).textContent();
      };
      await open('Brakes');
      fake.lose('AWS is unreachable from here.');
      expect(await pause()).toMatch(/AWS is unreachable from here\..*look whether it was done before you do it again/s);
      await fake.close();
      expect(await pause()).toMatch(/The console does not answer.*look whether it was done/s);
      await expect.poll(() => page.getByText('Not done.').count()).toBe(0);
      await close();
    });

    test('opens the dialog again for a person who is faster than the report that it was closed', async () => {
      const fake = await pretended({ hosts: 3, isAsking: true });
      const { page, close } = await opened(fake.served);
      await page.getByRole('link', { name: 'Read it and answer' }).click();
      await page.getByRole('button', { name: /^stand-down / }).click();
      await page.getByLabel('Your name').waitFor();
      await page.evaluate(
        "document.querySelector('dialog').requestClose(); document.querySelector('button.stand-down').click()",
      );
      await page.waitForTimeout(200); // the browser's report of the close comes within a frame
      await expect.poll(() => page.getByLabel('Your name').isVisible()).toBe(true);
      await close();
      await fake.close();
    });

    test('gives the focus back to the button of the answer that a person did not give', async () => {
      const fake = await pretended({ hosts: 3, isAsking: true });
      const { page, close } = await opened(fake.served);
      await page.getByRole('link', { name: 'Read it and answer' }).click();
      await page.getByRole('button', { name: /^stand-down / }).click();
      await page.getByRole('button', { name: 'Do not answer' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('button:focus', { hasText: /^\s*stand-down/ }).waitFor();
      await close();
      await fake.close();
    });

    test.each([
      ['has the same answer', 'rollback'],
      ['has other answers', 'stand-down'],
    ])('answers the question that its reader has read, also if the next one %s', async (_, answer) => {
      const fake = await pretended({ hosts: 3, isAsking: true });
      const { page, complaints, close } = await opened(fake.served);
      await page.getByRole('link', { name: 'Read it and answer' }).click();
      await page.getByRole('button', { name: new RegExp(`^${answer} `) }).click();
      await page.getByLabel('Your name').fill('ana');
      fake.askNext();
      await page.getByRole('dialog').getByText('It was decided meanwhile. Question 1 (confirm): bo answered').waitFor();
      await page.getByRole('button', { name: `Answer ${answer}` }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(fake.answered()).toMatchObject({ answer, question: 1 });
      expect(complaints).toEqual([]);
      await close();
      await fake.close();
    });

    test('says since when its data are old while credentials are expired, and goes on afterwards', async () => {
      const fake = await pretended({ hosts: 3 });
      const { page, close } = await opened(fake.served);
      await page.getByRole('link', { name: /^Phase 1: / }).waitFor();
      fake.expire('The AWS session has expired. Get new credentials, for example by:\n  aws sso login');
      await page
        .getByText(/Old data since \d\d:\d\d:\d\d UTC: \d+ parts cannot be read\. The AWS session has expired/)
        .waitFor();
      await expect.poll(() => page.getByRole('link', { name: /^Phase 1: / }).isVisible()).toBe(true);
      fake.expire(undefined);
      await page.getByText('Old data since').waitFor({ state: 'detached' });
      await close();
      await fake.close();
    });

    test('says to a person without the rights to read that nothing is shown, and not that it is old', async () => {
      const fake = await pretended({ hosts: 3 });
      fake.expire('No permission: this policy reads incident pages only.');
      const { page, close } = await opened(fake.served);
      await page.getByText(/^Not shown: \d+ parts cannot be read\. No permission: this policy reads/).waitFor();
      await expect.poll(() => page.getByText('Old data since').count()).toBe(0);
      await close();
      await fake.close();
    });

    test('takes the address of a console that was started again, in the tab that is open', async () => {
      const fake = await pretended({ hosts: 3 });
      const { page, close } = await opened(fake.served);
      await page.getByText('Live', { exact: true }).waitFor();
      await fake.close();
      const again = await pretended({ hosts: 3, port: Number(new URL(fake.served.address).port) });
      await page.getByText('Not connected.').waitFor();
      await page.goto(again.served.address);
      await page.getByText('Live', { exact: true }).waitFor();
      await expect.poll(() => page.getByText('Not connected.').count()).toBe(0);
      await close();
      await again.close();
    });

    test('names what waits for people after the end of rollbacks', async () => {
      const fake = await pretended({ hosts: 3 });
      const { page, close } = await opened(fake.served);
      const list = page.locator('section', { has: page.getByRole('heading', { name: 'Waiting for people' }) });
      await list.waitFor();
      await expect
        .poll(() => list.getByRole('listitem').allTextContents())
        .toEqual([
          'Phase 1, r-1: host-2 was left behind and may still run what was rolled back.',
          'Phase 1, phase-1-ana-20260105T080000Z-3f9a1c2b: not well 2 hours after its end: Red alarms: rollback-local-phase-1-data_corruption. See rollback 94ca7c06 (open).',
          expect.stringMatching(/^Phase 1, r-1: a second person must review whether it was right, due /),
          expect.stringMatching(/^Phase 1, r-1: 2 tasks of its follow-up are open, due /),
        ]);
      await close();
      await fake.close();
    });

    test('says that the connection is lost, as after a sleep or the end of the server, and connects again', async () => {
      const lost = /The connection is lost since \d\d:\d\d:\d\d UTC\. What you see is from then/;
      const fake = await pretended({ hosts: 3 });
      let mayConnect = Promise.resolve();
      const { page, close } = await opened(fake.served, {}, async (page) => {
        await page.clock.install();
        await page.route('**/api/live', (route) => mayConnect.then(() => route.continue()));
      });
      await page.getByText('Live', { exact: true }).waitFor();
      const { promise, resolve: connect } = Promise.withResolvers<void>();
      mayConnect = promise; // the page tries again after a second or two: not before the test has seen the loss
      await page.clock.fastForward(3_600_000); // the lid of the laptop is closed for an hour
      await page.getByText(lost).waitFor();
      connect();
      await page.getByText(/^Connected again\. From \d\d:\d\d:\d\d UTC to .* nothing was followed/).waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await fake.close();
      await page.getByText(lost).waitFor();
      await close();
    });

    test.each([
      ['a script', '<script>document.title = "owned"</script>'],
      ['an image that fails to load', '<img src=x onerror="document.title=\'owned\'">'],
      ['a template’s end', '</li></ul>${alert(1)}<iframe srcdoc="<script>parent.document.title=1</script>">'],
      ['300 KB', 'x'.repeat(300_000)],
    ])('shows %s in what a host says as text', async (_, hostile) => {
      const fake = await pretended({ hosts: 3, reason: `\u001b[31m\u202e${hostile}` });
      const { page, complaints, close } = await opened(fake.served);
      await page.getByRole('link', { name: /^Phase 1: / }).click();
      await page.getByText(/^What .* reports? of hosts/).click();
      const said = (await page.locator('.said li').first().textContent()) ?? '';
      expect(said).toContain('\\u{1b}[31m\\u{202e}');
      expect(said.length).toBeLessThan(2500);
      for (const cut of await page.getByRole('button', { name: /^Show [\d,]+ more characters$/ }).all())
        await cut.click();
      await expect
        .poll(async () => (await page.locator('.said li').first().textContent())?.length)
        .toBeGreaterThan(hostile.length);
      await expect.poll(() => page.title()).toMatch(/Rollback console$/);
      await expect.poll(() => page.locator('iframe, main img, main script').count()).toBe(0);
      expect(complaints).toEqual([]);
      await close();
      await fake.close();
    });
  });
});
