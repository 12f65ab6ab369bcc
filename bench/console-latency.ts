import { connect } from '../cli/account/clients.ts';
import { openEmbeddedAccount } from '../cli/account/embedded-account.ts';
import { startExecution } from '../cli/account/execution.ts';
import { consoleBackend } from '../cli/actions/console-backend.ts';
import { serveConsole } from '../console/serve-console.ts';
import { overHttp } from '../rehearsals/over-http.ts';
import { hasChromium, openBrowser } from '../tests/browser/chromium.ts';
import { type Figure, median, percentileOfValues } from './figure.ts';

/** Instants in epoch milliseconds, by state. */
type Instants = ReadonlyMap<string, number>;

/** Notes when the page first shows each state that the rollback is in. Runs in the page. */
const note = `globalThis.seen = {};
setInterval(() => {
  const name = document.querySelector('.graph')?.previousElementSibling?.querySelector('b')?.textContent;
  if (name) globalThis.seen[name] ??= Date.now();
}, 5);`;

/**
 * Measures the time from a state's beginning in the embedded account to the screen of a real browser, over the states of one rollback by the
 * real clock. The machine must be idle: this is time on the clock.
 */
export async function consoleLatency(): Promise<Figure[]> {
  if (!hasChromium) return [];
  const account = await openEmbeddedAccount({ environment: 'local', hosts: 3, seed: 1, port: 0, progress: () => {} });
  const stop = new AbortController();
  try {
    process.env['AWS_ACCESS_KEY_ID'] = 'ana';
    const connection = await connect({ environment: 'local', endpoint: account.endpoint });
    const entered = new Map<string, number>();
    const watching = overHttp(account.endpoint, 'us-east-1').watch(({ event, name, at }) => {
      if (String(event).endsWith('StateEntered')) entered.set(String(name), Date.parse(String(at)));
    }, stop.signal);
    watching.catch(() => {}); // it ends by its signal
    const served = await serveConsole(consoleBackend(connection, { act: false }), 0);
    try {
      return figuresOf(entered, await watched(served.address, () => startExecution(connection, 'phase-1', {})));
    } finally {
      await served.close();
    }
  } finally {
    stop.abort();
    await account.close();
  }
}

/** Starts a rollback and returns when its page showed each state, until it is over. */
async function watched(address: string, start: () => Promise<string>): Promise<Instants> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ bypassCSP: true });
    page.setDefaultTimeout(180_000);
    await page.goto(address);
    const id = (await start()).split(':').at(-1) ?? '';
    await page.evaluate(`location.hash = '#/rollback/${encodeURIComponent(id)}'`);
    await page.evaluate(note);
    await page.locator('.standing.good .title').waitFor();
    return new Map(Object.entries(await page.evaluate<Record<string, number>>('globalThis.seen')));
  } finally {
    await browser.close();
  }
}

/** A state that is over before the page could show it, or that was entered before the page was open, is not counted. */
function figuresOf(entered: Instants, seen: Instants): Figure[] {
  const [first] = [...seen.values()].toSorted((a, b) => a - b);
  const times = [...seen].flatMap(([name, at]) => {
    const began = entered.get(name);
    return began === undefined || at < began || at === first ? [] : [at - began];
  });
  const name = "console, from a state's beginning to the screen";
  return [
    { name: `${name}, states seen`, value: times.length, unit: 'states', least: 5 },
    { name: `${name}, median`, value: Math.round(median(times)), unit: 'ms', most: 500 },
    {
      name: `${name}, longest of nine in ten`,
      value: Math.round(percentileOfValues(times, 90)),
      unit: 'ms',
      most: 500,
    },
  ];
}
