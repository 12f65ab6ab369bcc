import { useState } from 'preact/hooks';
import { get } from './api.js';
import { html } from './html.js';
import { linkTo } from './links.js';
import { Ending } from './now.js';
import { At, Heading, Problem, Table } from './pieces.js';
import { useRead, useStore } from './store.js';
import { counted, durationWords } from './words.js';

const spans = [
  ['7d', 'a week'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', 'a year'],
  ['', 'all'],
];
const empty = {
  phase: '',
  severity: '',
  trigger: '',
  ending: '',
  operator: '',
  version: '',
  host: '',
  mode: 'live',
  last: '90d',
};

/** The rollbacks of the past, by filters. Each change of a filter reads again. */
export function History() {
  const { about } = useStore();
  const [fields, set] = useState(empty);
  const [more, setMore] = useState({ of: '', rollbacks: [], next: undefined });
  const { value, problem, busy, at } = useRead('history', fields);
  const asked = JSON.stringify(fields);
  const added = more.of === asked ? more : { rollbacks: [], next: undefined };
  const next = added.next === undefined ? value?.next : added.next;
  const rollbacks = [...(value?.rollbacks ?? []), ...added.rollbacks];
  const goOn = async () => {
    const page = await get('history', { ...fields, page: next, last: '' }).catch(() => null);
    if (page) setMore({ of: asked, rollbacks: [...added.rollbacks, ...page.rollbacks], next: page.next });
  };
  const change =
    (name) =>
    ({ target }) =>
      set({ ...fields, [name]: target.value });
  return html`
    <${Heading}>History<//>
    <form class="filters" onSubmit=${(event) => event.preventDefault()} aria-label="Filters">
      <${Choice} label="Time" value=${fields.last} change=${change('last')} all=${spans} />
      <${Choice} label="Phase" value=${fields.phase} change=${change('phase')} all=${[['', 'all'], ...(about?.phases ?? []).map(({ phase, title }) => [String(phase), `${phase} ${title}`])]} />
      <${Choice} label="Severity" value=${fields.severity} change=${change('severity')} all=${words(about?.filters.severity)} />
      <${Choice} label="Trigger" value=${fields.trigger} change=${change('trigger')} all=${words(about?.filters.trigger)} />
      <${Choice} label="Ending" value=${fields.ending} change=${change('ending')} all=${words(about?.filters.ending)} />
      <${Choice} label="Kind" value=${fields.mode} change=${change('mode')} all=${[['live', 'live'], ['simulate', 'drills'], ['plan', 'plans']]} />
      <${Word} label="Operator" value=${fields.operator} change=${change('operator')} />
      <${Word} label="Version" value=${fields.version} change=${change('version')} />
      <${Word} label="Host id" value=${fields.host} change=${change('host')} />
    </form>
    ${problem && html`<${Problem} says=${problem} since=${value ? at : null} />`}
    <p role="status" class="soft">${busy && !value ? 'Reading …' : `${counted(rollbacks.length, 'rollback')}${next ? ', and there are more' : ''}.`}</p>
    ${
      rollbacks.length > 0 &&
      html`<${Table} label="Rollbacks" head=${['Start', 'Phase', 'Trigger', 'Severity', 'Ending', 'Took', 'By', 'Version']}>
      ${rollbacks.map(
        (one) => html`<tr key=${one.rollback_id}>
        <th scope="row"><a href=${linkTo(one.rollback_id)}><${At} at=${one.start_time} /></a></th>
        <td>${(one.phases ?? [one.phase]).join(', ')}</td><td>${one.trigger}</td>
        <td><span class=${`severity ${one.severity}`}>${one.severity}</span></td><td><${Ending} ending=${one.ending} /></td>
        <td>${one.duration_minutes === null ? '' : durationWords(one.duration_minutes * 60_000)}${one.limit_missed ? html` <span class="bad">late</span>` : ''}</td>
        <td>${one.operator ?? 'an alarm'}</td><td>${one.version ?? ''}</td></tr>`,
      )}<//>`
    }
    ${next && html`<p><button type="button" onClick=${goOn}>Show more</button></p>`}`;
}

const words = (all = []) => [['', 'all'], ...all.map((one) => [one, one])];

export const Choice = ({ label, value, change, all }) => html`<label>${label}
  <select value=${value} onChange=${change}>${all.map(([one, text]) => html`<option value=${one} selected=${one === value}>${text}</option>`)}</select></label>`;

/** Reads when the field is left or Enter is pressed, and not at each letter. */
const Word = ({ label, value, change }) => html`<label>${label} <input value=${value} onChange=${change} /></label>`;
