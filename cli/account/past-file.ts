import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Watched } from '../../domain/archive/slot.ts';
import type { Past, PastDeployment } from '../../domain/backtest/backtest.ts';
import type { KnownIncident } from '../../domain/backtest/precision.ts';
import { joined, type MetricPast, type Stretch } from '../../domain/backtest/stretch.ts';
import { type Statistic, statistics } from '../../domain/infra/triggers-file.ts';
import { shown } from '../../domain/printable.ts';
import { UsageError } from './usage-error.ts';

/** The past that a backtest runs on, and the incidents that it is compared with. */
export type KnownPast = Past & { readonly incidents: readonly KnownIncident[] };

type Line = { readonly file: string; readonly line: number; readonly fields: Readonly<Record<string, unknown>> };

/** Collects what the lines of a file say; a metric may have several lines. */
export class PastCollection {
  readonly #metrics = new Map<string, Omit<MetricPast, 'stretches'> & { stretches: Stretch[] }>();
  readonly #deployments: PastDeployment[] = [];
  readonly #incidents: KnownIncident[] = [];

  addMetric(metric: Omit<MetricPast, 'stretches'>, stretch: Stretch): void {
    const key = `${metric.phase} ${metric.metric} ${metric.statistic}`;
    const known = this.#metrics.get(key);
    if (known) known.stretches.push(stretch);
    else this.#metrics.set(key, { ...metric, stretches: [stretch] });
  }

  addDeployment(deployment: PastDeployment): void {
    this.#deployments.push(deployment);
  }

  addIncident(incident: KnownIncident): void {
    this.#incidents.push(incident);
  }

  /** Throws an Error if two stretches of a metric overlap. */
  collected(): KnownPast {
    const metrics = [...this.#metrics.values()].map((metric) => {
      try {
        return { ...metric, stretches: joined(metric.stretches) };
      } catch (error) {
        throw new Error(`${metric.metric} (${metric.statistic}) of phase ${metric.phase}: ${(error as Error).message}`);
      }
    });
    const deployments = this.#deployments.toSorted((a, b) => a.at.localeCompare(b.at));
    return { metrics, deployments, incidents: this.#incidents };
  }
}

/**
 * Reads a file of the past: JSON Lines, each line a stretch of a metric, a deployment or an incident (docs/backtest.md).
 *
 * Throws UsageError with file and line of the first mistake.
 */
export async function readPastFile(file: string): Promise<KnownPast> {
  const collection = new PastCollection();
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() !== '') add(collection, { file, line, fields: parsed(text, file, line) });
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(unreadable(file, error as NodeJS.ErrnoException));
  }
  try {
    return collection.collected();
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}. Leave out one of them.`);
  }
}

/** Returns the stretches of an archived object, whose lines are those of such a file. Throws UsageError for any other line. */
export function linesOfArchive(file: string, text: string): { readonly metric: Watched; readonly stretch: Stretch }[] {
  return text.split('\n').flatMap((one, index) => {
    if (one.trim() === '') return [];
    return [stretchOf({ file, line: index + 1, fields: parsed(one, file, index + 1) })];
  });
}

const unreadable = (file: string, { code, message }: NodeJS.ErrnoException) =>
  code === 'ENOENT'
    ? `There is no file ${file}. --metrics takes a file of JSON Lines; docs/backtest.md describes it.`
    : `${file} cannot be read: ${message}`;

function parsed(text: string, file: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The sentence below is for any line that is no object.
  }
  throw new UsageError(`${file}:${line}: expected one JSON object on the line; found ${shown(text)}`);
}

function add(collection: PastCollection, at: Line): void {
  const { fields } = at;
  if ('metric' in fields) {
    const { metric, stretch } = stretchOf(at);
    collection.addMetric(metric, stretch);
  } else if ('deployed' in fields)
    collection.addDeployment({ version: text(at, 'deployed'), phase: whole(at, 'phase'), at: instantOf(at, 'at') });
  else if ('incident' in fields) addIncident(collection, at);
  else {
    const found = Object.keys(fields).join(', ') || 'none';
    throw mistake(at, `one of the fields metric, deployed, incident; found ${found}`);
  }
}

function addIncident(collection: PastCollection, at: Line): void {
  const { real = true } = at.fields;
  if (real !== null && typeof real !== 'boolean')
    throw mistake(at, `real: true, false, or null if nobody knows; found ${shown(real)}`);
  const [from, to] = [instantOf(at, 'from'), instantOf(at, 'to')];
  if (to < from) throw mistake(at, `an incident that ends after it begins; found from ${from}, to ${to}`);
  collection.addIncident({ id: text(at, 'incident'), phase: whole(at, 'phase'), from, to, real });
}

function stretchOf(at: Line): { readonly metric: Watched; readonly stretch: Stretch } {
  const { statistic, values } = at.fields;
  if (!isStatistic(statistic)) throw mistake(at, `statistic: ${statistics.join(', ')}; found ${shown(statistic)}`);
  if (!Array.isArray(values)) throw mistake(at, 'values: a list of numbers, with null where nothing was published');
  const wrong = values.findIndex((value) => value !== null && typeof value !== 'number');
  if (wrong !== -1) throw mistake(at, `numbers or null in values; found ${shown(values[wrong])} at place ${wrong + 1}`);
  const period_seconds = whole(at, 'period');
  const start = Date.parse(instantOf(at, 'from'));
  if (start % (Math.min(period_seconds, 60) * 1000) !== 0)
    throw mistake(at, `from: the start of a whole period of ${period_seconds} s; found ${String(at.fields['from'])}`);
  return {
    metric: { metric: text(at, 'metric'), statistic, phase: whole(at, 'phase') },
    stretch: { start, period_seconds, values: Float64Array.from(values, (value) => value ?? Number.NaN) },
  };
}

const isStatistic = (found: unknown): found is Statistic => statistics.some((one) => one === found);

function text(at: Line, key: string): string {
  const found = at.fields[key];
  if (typeof found === 'string' && found !== '') return found;
  throw mistake(at, `${key}: a text; found ${shown(found)}`);
}

function whole(at: Line, key: string): number {
  const found = at.fields[key];
  if (typeof found === 'number' && Number.isInteger(found) && found > 0) return found;
  throw mistake(at, `${key}: a whole number above 0; found ${shown(found)}`);
}

/** A local time would mean another instant on another machine. */
function instantOf(at: Line, key: string): string {
  const found = at.fields[key];
  const instant = typeof found === 'string' && /(Z|[+-]\d{2}:\d{2})$/.test(found) ? Date.parse(found) : Number.NaN;
  if (!Number.isNaN(instant)) return new Date(instant).toISOString();
  throw mistake(at, `${key}: an instant with its zone, such as 2026-11-01T09:30:00Z; found ${shown(found)}`);
}

const mistake = ({ file, line }: Line, expected: string) => new UsageError(`${file}:${line}: expected ${expected}`);
