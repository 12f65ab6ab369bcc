import { useState } from 'preact/hooks';
import { act as send } from './api.js';
import { Choice } from './history.js';
import { html } from './html.js';
import { linkTo } from './links.js';
import { Heading, Outcome, Part } from './pieces.js';
import { moveClock, newestOf, useRead, useSeconds, useStore } from './store.js';
import { instantOf, now, phaseWords } from './words.js';

/** Faults in an embedded account, and the rollbacks that heal them: nothing here reaches AWS. */
export function TryIt() {
  const [outcome, tell] = useState(null);
  const [busy, setBusy] = useState('');
  const act = async (name, fields, label) => {
    setBusy(label);
    const { ahead, ...done } = await send(name, fields);
    if (ahead !== undefined) moveClock(ahead); // the next read of the clock may be seconds away
    tell(done);
    setBusy('');
  };
  const deps = { act, busy };
  return html`
    <${Heading}>Try it<//>
    <p>This account is on this machine, with real host scripts on throw-away hosts. Break it, and watch the product heal it.</p>
    <${Outcome} outcome=${outcome} />
    <${Watch} />
    <${Guide} ...${deps} />
    <${Faults} ...${deps} />
    <${Clock} ...${deps} />
    <${Hosts} ...${deps} />`;
}

/** The open rollbacks, in one line each. */
const Watch = () =>
  html`<${Part} name="open">${(open) =>
    open.map(
      ({ record, standing }) =>
        html`<p class="notice"><b>${phaseWords(record)}: ${standing.title}.</b> <a href=${linkTo(record.rollback_id)}>Watch it</a></p>`,
    )}<//>`;

const Button = ({ busy, label, run, primary = false }) =>
  html`<button type="button" class=${primary ? 'primary' : ''} disabled=${busy !== ''} onClick=${run}>${busy === label ? `${label} …` : label}</button>`;

function Guide({ act, busy }) {
  const open = (newestOf('open') ?? []).filter(({ record }) => record.phase === 1);
  const recent = newestOf('recent') ?? [];
  const deployed = (newestOf('deployments') ?? []).some(({ phase, version }) => phase === 1 && version !== null);
  const red = (newestOf('alarms') ?? []).some(({ alarm, state }) => state === 'ALARM' && /-phase-1-/.test(alarm));
  const healed = recent.some(({ phase, ending }) => phase === 1 && ending === 'Rolled back');
  const step = healed && open.length === 0 ? 5 : open.length > 0 ? 4 : red ? 3 : deployed ? 2 : 1;
  const row = (number, text, button) =>
    html`<li class=${number === step ? 'current' : ''} aria-current=${number === step ? 'step' : undefined}>${text} ${number === step && button}</li>`;
  const [first] = open;
  return html`<section class="panel"><h2>The first time</h2><ol class="guide">
    ${row(1, 'Deploy a new version of the data client.', html`<${Button} primary busy=${busy} label="Deploy v1.4.0" run=${() => act('deploy', { phase: 1 }, 'Deploy v1.4.0')} />`)}
    ${row(2, 'It writes corrupt rows: put that fault in.', html`<${Button} primary busy=${busy} label="Corrupt its data" run=${() => act('fault', { phase: 1, trigger: 'data_corruption' }, 'Corrupt its data')} />`)}
    ${row(3, 'Its alarm is red, and a rollback begins by itself.', '')}
    ${row(4, 'Watch it, step by step on every host.', first && html`<a class="button primary" href=${linkTo(first.record.rollback_id)}>Watch the rollback</a>`)}
    ${row(5, 'It is healed: no person did anything.', html`<a class="button" href=${linkTo(recent.find(({ ending }) => ending === 'Rolled back')?.rollback_id ?? '')}>Read what happened</a>`)}
  </ol></section>`;
}

function Faults({ act, busy }) {
  const { about } = useStore();
  const [phase, setPhase] = useState('1');
  const [trigger, setTrigger] = useState('data_corruption');
  const fields = { phase: Number(phase) };
  return html`<section class="panel"><h2>Faults</h2>
    <p class="soft">A fault stays until it is taken away or healed. Without a deployment that explains it, a rollback asks a person first.</p>
    <div class="row">
      <${Choice} label="Phase" value=${phase} change=${({ target }) => setPhase(target.value)} all=${about.phases.map((one) => [String(one.phase), `${one.phase} ${one.title}`])} />
      <${Choice} label="Fault" value=${trigger} change=${({ target }) => setTrigger(target.value)} all=${about.filters.trigger.map((one) => [one, one])} />
      <${Button} busy=${busy} label="Put it in" run=${() => act('fault', { ...fields, trigger }, 'Put it in')} />
      <${Button} busy=${busy} label="Take it away" run=${() => act('heal', fields, 'Take it away')} />
      <${Button} busy=${busy} label="Deploy v1.4.0 first" run=${() => act('deploy', fields, 'Deploy v1.4.0 first')} />
    </div></section>`;
}

const jumps = [
  [1, '1 minute'],
  [15, '15 minutes'],
  [60, 'an hour'],
  [1440, 'a day'],
];

function Clock({ act, busy }) {
  useSeconds();
  const clock = newestOf('clock');
  return html`<section class="panel"><h2>Clock</h2>
    <p>The account’s clock: <b>${instantOf(now())} UTC</b></p>
    ${
      clock?.movable
        ? html`<p class="soft">Move it ahead: deadlines pass, and reminders are sent.</p><div class="row">${jumps.map(
            ([minutes, words]) =>
              html`<${Button} busy=${busy} label=${`Move it ${words}`} run=${() => act('clock', { minutes }, `Move it ${words}`)} />`,
          )}</div>`
        : html`<p class="soft">${clock ? 'It is this machine’s clock, which cannot be moved here.' : 'Reading …'}</p>`
    }</section>`;
}

function Hosts({ act, busy }) {
  const { value } = useRead('hosts', {});
  const [name, setName] = useState('');
  const chosen = name || value?.[0]?.name || '';
  const does = {
    unreachable: 'Make it unreachable',
    reachable: 'Reach it again',
    stopped: 'Stop it',
    booted: 'Boot it',
    reboots: 'Reboot it',
  };
  return html`<section class="panel"><h2>Hosts</h2><div class="row">
    <${Choice} label="Host" value=${chosen} change=${({ target }) => setName(target.value)} all=${(value ?? []).map((one) => [one.name, one.name])} />
    ${Object.entries(does).map(([one, label]) => html`<${Button} busy=${busy} label=${label} run=${() => act('host', { name: chosen, does: one }, label)} />`)}
  </div></section>`;
}
