import type { Fields } from '../../console/backend.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { monthOf } from '../../domain/history/link.ts';
import { recordOf } from '../../domain/history/record.ts';
import { eventSentence } from '../../domain/page/event-sentence.ts';
import { withoutLongTexts } from '../../domain/page/page-model.ts';
import { monthsOf } from '../../domain/statistics/months.ts';
import { pathOf } from '../../statemachines/graph/drawn-line.ts';
import { graphOf } from '../../statemachines/graph/graph.ts';
import { layOut } from '../../statemachines/graph/layout.ts';
import type { Connected } from '../account/clients.ts';
import { drawPage } from '../account/draw-page.ts';
import { readFleetHosts } from '../account/read-fleet-hosts.ts';
import { readEvents } from '../account/read-history.ts';
import { readDefinitionOf, readVisitedStates } from '../account/read-machine.ts';
import { readMetric } from '../account/read-page.ts';
import { rollbackMachines } from '../text/known-names.ts';
import type { liveReader } from '../text/live-rollback.ts';
import { historyPage } from './history.ts';
import { readReport } from './stats.ts';

type Deps = { readonly readLive: ReturnType<typeof liveReader>; readonly now: () => number };

/** Returns what the console reads when a page of it is opened, by name. */
export const consoleReads = (connection: Connected, { readLive, now }: Deps) => ({
  rollback: async (fields: Fields) => {
    const id = textOf(fields, 'rollback');
    const found = await readLive(id, now());
    if (!found) throw new InvalidInput(`Environment ${connection.name} has no rollback ${id}.`);
    const [visited, events] = await Promise.all([
      readVisitedStates(connection, found.record.execution_arn),
      readEvents(connection, id),
    ]);
    const timeline = events.map(({ sequence, at, type, detail }) => ({
      ...{ sequence, at, type },
      says: eventSentence({ type, detail }),
    }));
    return withoutLongTexts({ ...found, visited, timeline });
  },
  /** The graph of the machine with which a rollback runs. It does not change, so the browser asks once per rollback. */
  graph: async (fields: Fields) => {
    const record = await recordNamed(connection, fields);
    const definition = await readDefinitionOf(connection, record.execution_arn);
    if (definition === undefined) return null;
    const graph = graphOf(JSON.parse(definition));
    const { lines, ...layout } = layOut(graph);
    return { ...layout, title: graph.title, lines: lines.map((line) => ({ ...line, ...pathOf(line) })) };
  },
  metric: async (fields: Fields) => readMetric(connection, await recordNamed(connection, fields), now()),
  history: (fields: Fields) => historyPage(connection, listOptions(connection, fields), now()),
  stats: async (fields: Fields) => {
    const months = monthsOf({ last: Number(fields['last'] ?? 12) }, monthOf(new Date(now()).toISOString()));
    const phase = numberOf(fields, 'phase');
    return readReport(connection, { mode: 'live', by: 'month', ...(phase === undefined ? {} : { phase }) }, months);
  },
  hosts: () => readFleetHosts(connection),
});

/** Returns the incident page, the same that `rollback page` writes. */
export async function incidentHtml(connection: Connected, id: string, now: number): Promise<string> {
  const drawn = await drawPage(connection, id, { machines: rollbackMachines(), now });
  if (!drawn) throw new InvalidInput(`Environment ${connection.name} has no rollback ${id}.`);
  return drawn.html;
}

async function recordNamed(connection: Connected, fields: Fields) {
  const id = textOf(fields, 'rollback');
  const events = await readEvents(connection, id);
  if (events.length === 0) throw new InvalidInput(`Environment ${connection.name} has no rollback ${id}.`);
  return recordOf(events);
}

const listed = ['trigger', 'severity', 'ending', 'operator', 'host', 'version', 'mode', 'from', 'to', 'last', 'page'];

/** Returns the options of `rollback history` that the page's filters stand for. An empty field is no filter. */
function listOptions({ name }: Connected, fields: Fields) {
  const texts = listed.flatMap((key) => (textIn(fields, key) ? [[key, textIn(fields, key)]] : []));
  const phase = numberOf(fields, 'phase');
  return { environment: name, limit: 25, ...(phase === undefined ? {} : { phase }), ...Object.fromEntries(texts) };
}

const textIn = (fields: Fields, name: string) => (typeof fields[name] === 'string' ? fields[name].trim() : '');

function textOf(fields: Fields, name: string): string {
  const text = textIn(fields, name);
  if (text === '') throw new InvalidInput(`${name} is missing.`);
  return text;
}

function numberOf(fields: Fields, name: string): number | undefined {
  const text = String(fields[name] ?? '');
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new InvalidInput(`${name} must be a number; found ${JSON.stringify(text)}.`);
  return Number(text);
}
