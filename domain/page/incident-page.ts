import { partValue } from '../evidence/gathered.ts';
import type { RollbackRecord } from '../history/record.ts';
import { phaseNumbers } from '../phases.ts';
import { answers, command } from './answers.ts';
import * as details from './details.ts';
import type { PageFacts } from './facts.ts';
import { lookCommands } from './next-steps.ts';
import { pageModel, withoutLongTexts } from './page-model.ts';
import { plot } from './plot.ts';
import { embeddedJson, instant, shown } from './shown.ts';
import { style } from './style.ts';
import { hostReports, waterfall } from './waterfall.ts';
import { wholePage } from './whole-page.ts';

/**
 * Returns the page of one incident: whole HTML with its data, readable without a network, a server or a script.
 *
 * The same facts give the same bytes. Throws if the events do not begin with the opening.
 */
export function incidentPage(facts: PageFacts): string {
  const { events } = facts;
  const model = pageModel(facts);
  const { record } = model;
  const drawn = plot(facts.metric, record, events);
  const sections: [string, string][] = [
    ['Success criteria', details.criteria(model, events)],
    ['Hosts and steps', `${hostsAndSteps(facts, model)}${hostReports(facts.hosts, model.steps, events)}`],
    ['Versions and flags', details.versionsAndFlags(model, events)],
    ["The alarm's metric", drawn.html],
    ['Decision', details.decision(model)],
    ['Plan', details.plan(model, facts.planned)],
    ['People and messages', details.peopleAndMessages(facts, events)],
    ['Timeline', details.timeline(events)],
    ['Root cause', details.findings(record)],
    ['Is the history whole?', details.chainVerdict(model)],
    ['Commands', `<p>Rollback ${shown(record.rollback_id)}:</p>${lookCommands(model).map(command).join('')}`],
  ];
  const title = `${phases(record)}: ${model.standing.title}`;
  return wholePage(title, style + drawn.css, [
    `<header>${heading(facts, model)}</header><main>`,
    answers(model, events[0]?.detail['impact']),
    ...sections.map(([name, content]) => `<section><h2>${name}</h2>\n${content}</section>`),
    '</main>',
    `<script type="application/json" id="data">${embeddedJson(withoutLongTexts(model))}</script>`,
  ]);
}

const phases = (record: RollbackRecord) =>
  `${record.mode === 'simulate' ? 'DRILL, ' : ''}${record.phases ? 'Phases' : 'Phase'} ${phaseNumbers(record)}`;

function heading({ written_at, environment }: PageFacts, { record, name }: ReturnType<typeof pageModel>) {
  const closed = record.ending === null ? 'It does not update itself.' : '';
  return [
    `<p class="kicker">Rollback ${shown(record.rollback_id)}${name === null ? '' : ` (${shown(name)})`}, environment ${shown(environment)}</p>`,
    `<h1>${shown(`${phases(record)} (${record.phase_name}): ${record.trigger}, ${record.severity}`)}</h1>`,
    `<p class="age" data-written="${shown(written_at)}">Written ${instant(written_at)}, at event ${record.events}. ${closed} All times are UTC.<span></span></p>`,
  ].join('\n');
}

function hostsAndSteps(
  { hosts, planned, usual, written_at }: PageFacts,
  { steps, hosts: groups, record }: ReturnType<typeof pageModel>,
) {
  const now = Date.parse(record.completion_time ?? written_at);
  return waterfall({ steps, groups, hosts, planned: partValue(planned) ?? [], usual, count: record.hosts, now });
}
