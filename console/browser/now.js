import { html } from './html.js';
import { linkTo } from './links.js';
import { Ago, At, Countdown, Heading, Lines, Part, Problem, Said } from './pieces.js';
import { Standing } from './standing.js';
import { newestOf, useStore } from './store.js';
import { counted, durationWords, owedWords, phaseWords, shortId } from './words.js';

/** The open rollbacks, the most urgent first; then the state that a person on call looks at next. */
export function Now() {
  const { about } = useStore();
  return html`
    <${Heading}>Now<//>
    <${Part} name="open">${(open) =>
      open.length === 0
        ? html`<${NoneOpen} about=${about} />`
        : open.map((live) => html`<${OpenRollback} key=${live.record.rollback_id} live=${live} />`)}<//>
    <${Waiting} />
    <div class="columns">
      <section><h2>Alarms</h2><${Part} name="alarms">${(alarms) => html`<${Alarms} alarms=${alarms} />`}<//></section>
      <section><h2>Trading</h2><${Part} name="trading">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
      <section><h2>Fleet</h2><${Part} name="fleet">${(_, lines) => html`<${Lines} lines=${lines} />`}<//>
        <${Part} name="truth">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
      <section><h2>Brakes</h2><${Part} name="brakes">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    </div>
    <section><h2>Newest rollbacks</h2><${Part} name="recent">${(recent) => html`<${Recent} rollbacks=${recent} />`}<//>
      <p><a href="#/history">All rollbacks</a></p></section>`;
}

/** Says that nothing waits only if all that may wait was read. */
function NoneOpen({ about }) {
  const { parts } = useStore();
  const isKnown = ['due', 'recent', 'owed'].every((name) => parts[name] && !parts[name].problem);
  const waits = waitingNow();
  const says = !isKnown
    ? 'Whether anything else waits for a person is not known yet.'
    : waits.length === 0
      ? 'Nothing waits for a person here.'
      : `${counted(waits.length, 'thing')} below ${waits.length === 1 ? 'waits' : 'wait'} for a person.`;
  const red = (newestOf('alarms') ?? []).filter(({ state }) => state === 'ALARM').length;
  const isUrgent = waits.some(({ kind }) => kind === 'stopped' || kind === 'relapsed');
  const tone = isUrgent ? 'act' : isKnown && waits.length + red === 0 ? 'good' : 'uncertain';
  return html`<div class=${`standing ${tone}`}><p class="title">No rollback is open</p><p>${says}</p>
    ${red > 0 && html`<p>${counted(red, 'alarm')} ${red === 1 ? 'is' : 'are'} red: see Alarms.</p>`}
    ${about?.embedded && about.act && html`<p>See one happen: <a href="#/try">put a fault in</a>, and watch it heal.</p>`}</div>`;
}

/** Returns what waits for people although no rollback asks: rollbacks that stopped, reviews, tasks of follow-ups. */
function waitingNow() {
  const open = new Set((newestOf('open') ?? []).map(({ record }) => record.rollback_id));
  const recent = newestOf('recent') ?? [];
  const newest = recent.filter((one, at) => recent.findIndex(({ phase }) => phase === one.phase) === at);
  const stopped = newest.filter((one) => one.ending === 'Needs a person' && !open.has(one.rollback_id));
  return [
    ...leftBehind(newestOf('owed') ?? []),
    ...stopped.map((one) => ({ ...one, kind: 'stopped', rollback: one.rollback_id, due: null })),
    ...(newestOf('due') ?? []), // relapses first
  ];
}

/** Returns the hosts that rollbacks left behind, those of one rollback together. */
function leftBehind(owed) {
  const ofRollbacks = [...Map.groupBy(owed, ({ rollback }) => rollback).values()];
  return ofRollbacks.map((hosts) => ({ ...hosts[0], kind: 'owed', due: null, hosts }));
}

const waitsFor = {
  owed: ({ hosts }) => owedWords(hosts),
  stopped: () => 'stopped and needs a person',
  relapsed: ({ says, later }) =>
    html`<${Said} text=${says} />${later && html`. <a href=${linkTo(later.rollback_id)}>See rollback ${shortId(later.rollback_id)} (${later.ending ?? 'open'})</a>`}`,
  review: () => 'a second person must review whether it was right',
  tasks: ({ count }) => `${counted(count, 'task')} of its follow-up ${count === 1 ? 'is' : 'are'} open`,
};

function Waiting() {
  const { parts } = useStore();
  const problem = parts.due?.problem;
  const waits = waitingNow();
  if (waits.length === 0 && !problem) return null;
  return html`<section><h2>Waiting for people</h2>
    ${problem && html`<${Problem} says=${problem.says} />`}
    <ul class="lines">${waits.map(
      (one) =>
        html`<li key=${one.kind + one.rollback}><a href=${linkTo(one.rollback)}>${phaseWords(one)}, ${shortId(one.rollback)}</a>: ${waitsFor[one.kind](one)}${one.due && html`, due <${Countdown} to=${one.due} />`}.</li>`,
    )}</ul></section>`;
}

function OpenRollback({ live }) {
  const { record, standing, eta, question } = live;
  const link = linkTo(record.rollback_id);
  return html`<article class="open" aria-label=${`${phaseWords(record)}, ${record.severity}`}>
    <p class="kicker"><span class=${`severity ${record.severity}`}>${record.severity}</span> ${record.trigger} · opened <${Ago} at=${record.start_time} /></p>
    <h2><a href=${link}>${phaseWords(record)}: ${record.phase_name}</a></h2>
    <${Standing} standing=${standing} eta=${eta}>
      ${question && !question.decided && html`<p><a class="button primary" href=${link}>Read it and answer</a></p>`}
    <//>
    <${Progress} live=${live} />
  </article>`;
}

/** One line per rollback: the matrix of hosts is on its own page. */
function Progress({ live: { steps, planned } }) {
  const count = Math.max(planned.length, steps.length);
  if (count === 0) return null;
  const done = steps.filter(({ verdict }) => verdict === 'done').length;
  return html`<p class="progress"><progress max=${count} value=${done} aria-label="Steps done"></progress> ${done} of ${counted(count, 'step')} done</p>`;
}

function Alarms({ alarms }) {
  if (alarms.length === 0) return html`<p>All are OK.</p>`;
  const red = alarms.filter(({ state }) => state === 'ALARM');
  const blind = alarms.filter(({ state }) => state !== 'ALARM');
  return html`<ul class="lines">${red.map(({ alarm, since }) => html`<li><b class="bad">ALARM</b> ${alarm}${since && html`, <${Ago} at=${since} />`}</li>`)}</ul>
    ${red.length === 0 && html`<p>None is red.</p>`}
    ${blind.length > 0 && html`<details><summary>${counted(blind.length, 'alarm')} without enough data</summary><ul class="lines">${blind.map(({ alarm }) => html`<li>${alarm}</li>`)}</ul></details>`}`;
}

export function Recent({ rollbacks }) {
  if (rollbacks.length === 0) return html`<p>There was none yet.</p>`;
  return html`<ul class="recent">${rollbacks.map(
    (one) =>
      html`<li><a href=${linkTo(one.rollback_id)}>${phaseWords(one)}, ${one.trigger}</a> <${Ending} ending=${one.ending} /> <span class="soft"><${At} at=${one.start_time} />${one.duration_minutes === null ? '' : `, ${durationWords(one.duration_minutes * 60_000)}`}</span></li>`,
  )}</ul>`;
}

const tones = {
  'Rolled back': 'ok',
  'Needs a person': 'bad',
  'Rolled back, unverified': 'unsure',
  'Fix forward': 'unsure',
};
export const Ending = ({ ending }) =>
  html`<span class=${`ending ${ending === null ? 'run' : (tones[ending] ?? '')}`}>${ending ?? 'open'}</span>`;
