import { partValue } from '../evidence/gathered.ts';
import type { RollbackRecord } from '../history/record.ts';
import { environmentWords } from '../message/execution-place.ts';
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
    oldPage(record),
    answers(model, events[0]?.detail['impact']),
    identity(model),
    ...sections.map(([name, content]) => `<section><h2>${name}</h2>\n${content}</section>`),
    '</main>',
    `<script type="application/json" id="data">${embeddedJson(withoutLongTexts(model))}</script>`,
  ]);
}

const phases = (record: RollbackRecord) =>
  `${record.mode === 'simulate' ? 'DRILL, ' : ''}${record.phases ? 'Phases' : 'Phase'} ${phaseNumbers(record)}`;

/** The id comes below the answers: on a phone it takes three lines, and nobody decides by it. */
const identity = ({ record, name, environment }: ReturnType<typeof pageModel>) =>
  `<p class="kicker">Rollback ${shown(record.rollback_id)}${name === null ? '' : ` (${shown(name)})`}, environment ${shown(environment)}</p>`;

function heading({ written_at }: PageFacts, { record }: ReturnType<typeof pageModel>) {
  const closed = record.ending === null ? 'It does not update itself.' : '';
  return [
    `<h1>${shown(`${phases(record)} (${record.phase_name}): ${record.trigger}, ${record.severity}`)}</h1>`,
    `<p class="age" data-written="${shown(written_at)}">Written ${instant(written_at)}, at event ${record.events}. ${closed} All times are UTC.<span></span></p>`,
  ].join('\n');
}

/** Milliseconds after which a page is old: an open rollback goes on within minutes, and people act on one that has ended within a day. */
const oldAfter = { open: 3_600_000, ended: 86_400_000 };

/** A remark that the page's script shows once the page is old: nothing else on it can know that. */
function oldPage({ rollback_id, execution_arn, ending }: RollbackRecord): string {
  const after = ending === null ? oldAfter.open : oldAfter.ended;
  return [
    `<div class="old uncertain" data-old-after="${after}" hidden>`,
    '<p><b>This page is old.</b> Its deadlines, what is next and who must act are of the time when it was written. See how it is today:</p>',
    command(`npm run rollback -- show ${rollback_id}${environmentWords(execution_arn)}`),
    '</div>',
  ].join('\n');
}

function hostsAndSteps(
  { hosts, planned, usual, written_at }: PageFacts,
  { steps, hosts: groups, record }: ReturnType<typeof pageModel>,
) {
  const now = Date.parse(record.completion_time ?? written_at);
  return waterfall({ steps, groups, hosts, planned: partValue(planned) ?? [], usual, count: record.hosts, now });
}
