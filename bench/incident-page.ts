import { incidentPage } from '../domain/page/incident-page.ts';
import { hasChromium, openBrowser } from '../tests/browser/chromium.ts';
import { factsOf, hostNames, metricOf, rolledBack, verdicts } from '../tests/domain/page/an-incident.ts';
import { type Figure, median } from './figure.ts';

/** Each step fails at first on as many hosts as an event names. */
const steps = ['stop', 'switch', 'clear', 'restore', 'verify', 'resume'];

/** Measures the page of an incident: its size, the processor time that makes it, and the time until a browser has painted it. */
export async function incidentPages(): Promise<Figure[]> {
  const pages = [3, 1000].map((hosts) => {
    const events = rolledBack({ hosts, steps, failing: hostNames(hosts).slice(0, Math.min(20, hosts - 1)) });
    const said = verdicts({ hosts, steps });
    return { hosts, facts: factsOf(events, { hosts: { state: 'complete', value: said }, metric: metricOf() }) };
  });
  const figures: Figure[] = [];
  for (const { hosts, facts } of pages) {
    const before = process.cpuUsage();
    const html = incidentPage(facts);
    const { user, system } = process.cpuUsage(before);
    const name = `incident page of ${hosts} hosts`;
    figures.push(
      { name: `${name}, size`, value: Math.ceil(html.length / 1000), unit: 'KB', most: hosts > 3 ? 2000 : 200 },
      { name: `${name}, made`, value: Math.round((user + system) / 1000), unit: 'ms of processor', most: 1000 },
      ...(hasChromium ? [{ name: `${name}, first paint`, value: await firstPaint(html), unit: 'ms', most: 1000 }] : []),
    );
  }
  return figures;
}

/** The median of five openings. The machine must be idle: this is time on the clock. */
async function firstPaint(html: string): Promise<number> {
  const browser = await openBrowser();
  const times: number[] = [];
  for (let opened = 0; opened < 5; opened += 1) {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, bypassCSP: true });
    const began = performance.now();
    await page.setContent(html);
    await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))');
    times.push(performance.now() - began);
    await page.close();
  }
  await browser.close();
  return Math.round(median(times));
}
