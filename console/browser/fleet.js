import { useState } from 'preact/hooks';
import { html } from './html.js';
import { Ago, At, Heading, Lines, Part, Problem, Said, Table } from './pieces.js';
import { newestOf, useRead, useStore } from './store.js';
import { counted } from './words.js';

/** Once a minute at most: the product's own reads share the limits of Systems Manager. */
const minuteOf = (at) => Math.floor(at / 60_000);

/** The hosts as Systems Manager lists them now, with what was found out about each. */
export function Fleet() {
  const { about, connection } = useStore();
  const { value, problem, at, busy } = useRead('hosts', {}, minuteOf(connection.heard ?? 0));
  const [wanted, want] = useState('');
  return html`
    <${Heading}>Fleet ${about?.fleet ?? ''}<//>
    <${Part} name="fleet">${(_, lines) => html`<${Lines} lines=${lines} />`}<//>
    <section><h2>Versions</h2><${Versions} /></section>
    <section><h2>Hosts</h2>
      ${problem && html`<${Problem} says=${problem} since=${at} />`}
      <${Part} name="truth">${(_, lines) => html`<${Lines} lines=${lines} />`}<//>
      ${value ? html`<${Hosts} hosts=${value} wanted=${wanted} want=${want} />` : busy && html`<p class="soft">Reading …</p>`}
    </section>
    <section><h2>Left behind by a rollback</h2><${Part} name="owed">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>`;
}

function Hosts({ hosts, wanted, want }) {
  const differs = new Map((newestOf('truth')?.differences ?? []).map(({ instance_id, what }) => [instance_id, what]));
  const owed = new Map((newestOf('owed') ?? []).map(({ name, rollback }) => [name, `left behind by ${rollback}`]));
  const noteOf = ({ instance_id, name }) => [differs.get(instance_id), owed.get(name)].filter(Boolean).join('; ');
  const away = hosts.filter(({ online }) => !online);
  const words = wanted.toLowerCase();
  const shown = hosts.filter((one) =>
    `${one.name} ${one.instance_id} ${one.online ? 'online' : 'away'} ${noteOf(one)}`.toLowerCase().includes(words),
  );
  const first = (one) => (one.online ? 1 : 0) + (noteOf(one) === '' ? 2 : 0);
  return html`<p><b>${counted(hosts.length, 'host')}</b>, ${hosts.length - away.length} online${away.length > 0 ? `, ${away.length} away` : ''}.</p>
    <label>Find a host <input type="search" value=${wanted} placeholder="name, id, away" onInput=${({ target }) => want(target.value)} /></label>
    <p class="soft" role="status">${wanted ? `${counted(shown.length, 'host')} found.` : ''}</p>
    <${Table} label="Hosts" head=${['Host', 'Id', 'State', 'Agent', 'Note']}>${shown
      .toSorted((a, b) => first(a) - first(b))
      .map(
        (
          one,
        ) => html`<tr key=${one.instance_id}><th scope="row">${one.name}</th><td class="mono">${one.instance_id}</td>
        <td>${one.online ? html`<span class="ok">online</span>` : html`<span class="bad">away</span>${one.seen_at && html` since <${Ago} at=${one.seen_at} />`}`}</td>
        <td>${one.agent_version}</td><td><${Said} text=${noteOf(one)} /></td></tr>`,
      )}<//>`;
}

function Versions() {
  const { about } = useStore();
  return html`<${Part} name="deployments">${(deployed) =>
    html`<${Part} name="verified">${(verified) => {
      const of = (all, phase) => all?.find((one) => one.phase === phase);
      return html`<${Table} label="Versions" head=${['Phase', 'Deployed', 'Last verified', 'Ready to roll back']}>${about.phases.map(
        ({ phase, title }) => {
          const [now, good, ready] = [of(deployed, phase), of(verified, phase), of(newestOf('readiness'), phase)];
          return html`<tr><th scope="row">${phase} ${title}</th>
        <td>${now?.version ? html`${now.version} <span class="soft"><${At} at=${now.at} /></span>` : 'not on record'}</td>
        <td>${good?.version ?? 'none is known'}</td>
        <td>${ready ? html`<span class=${ready.state === 'ready' ? 'ok' : 'bad'}>${ready.state}</span>` : 'not checked'}</td></tr>`;
        },
      )}<//>`;
    }}<//>`}<//>`;
}
