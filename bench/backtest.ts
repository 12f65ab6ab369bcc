import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readTriggers } from '../config/infra.ts';
import type { Figure } from './figure.ts';
import { processorSeconds } from './processor.ts';

const days = 90;
const phases = [1, 2, 3, 4];
const start = Date.parse('2026-09-01T00:00:00Z');
const day = 86_400;

/** Measures a backtest of 90 days with data as fine as the alarms, for all phases and triggers. */
export async function backtest(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
  const file = join(folder, 'past.jsonl');
  try {
    await writePast(file);
    const words = [join(import.meta.dirname, '../cli/bin.js'), 'backtest', '--metrics', file];
    const seconds = await processorSeconds(() => promisify(execFile)(process.execPath, words));
    return [
      { name: `backtest of ${days} days, 24 pairs: processor time`, value: seconds ?? Number.NaN, unit: 's', most: 60 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every metric of every phase, a line per day, and an excursion of 200 s every tenth day. */
async function writePast(file: string): Promise<void> {
  const out = createWriteStream(file);
  const write = async (line: object) => {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
  };
  const { triggers } = readTriggers();
  const alarms = Object.values(triggers).flatMap((trigger) => trigger.alarms);
  for (const phase of phases)
    for (const { metric, statistic, period, below } of alarms)
      for (let number = 0; number < days; number += 1) {
        const from = new Date(start + number * day * 1000).toISOString();
        const bad = below === undefined ? 1000 : 0;
        const usual = below === undefined ? 0 : 93.7;
        const values = Array.from({ length: day / period }, (): number => usual);
        if (number % 10 === phase) values.fill(bad, 0, 200 / period);
        await write({ metric, statistic, phase, period, from, values });
      }
  out.end();
  await once(out, 'finish');
}
