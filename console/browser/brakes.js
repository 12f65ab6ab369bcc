import { useState } from 'preact/hooks';
import { ConfirmAct, useRight } from './act.js';
import { html } from './html.js';
import { Commands, Heading, Lines, Outcome, Part, Said } from './pieces.js';
import { useStore } from './store.js';

/** The brakes that keep rollbacks from beginning by themselves, or deployments from happening. */
export function Brakes() {
  const { about } = useStore();
  const place = about?.environment === 'local' ? '' : ` --environment ${about?.environment}`;
  const words = ` --operator "YOUR NAME" --reason "WHY"${place}`;
  const { allowed, why } = useRight('pause');
  const commands = [...(allowed ? [] : ['pause', 'unpause']), 'freeze', 'unfreeze'];
  return html`
    <${Heading}>Brakes<//>
    <section><h2>What holds now</h2><${Part} name="brakes">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    ${allowed && html`<${Pause} phases=${about.phases} />`}
    <section><h2>Trading</h2><${Part} name="trading">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    <section><h2>Sessions</h2><${Part} name="sessions">${(read, lines) => (read ? html`<${Lines} lines=${lines} />` : html`<p>This environment names no venues.</p>`)}<//></section>
    <section><h2>Budgets</h2><${Part} name="budgets">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    <section><h2>Cap on hosts</h2><${Part} name="hosts">${(cap, lines) => (cap ? html`<${Lines} lines=${lines} />` : html`<p>This environment has none.</p>`)}<//></section>
    <section><h2>To set or end ${allowed ? 'another one' : 'one'}</h2>
      <p class="soft">${!allowed && why && html`<${Said} text=${why} /> `}By the command line, which asks back and verifies who you are:</p>
      <${Commands} all=${commands.map((one) => `npm run rollback -- ${one}${words}`)} /></section>`;
}

const nowSays = 'Rollbacks that run stop before their next step, and need a person.';
const says = {
  pause: 'No rollback begins by itself: an alarm asks for a permit. A person can still start one.',
  unpause: 'Rollbacks begin by themselves again, as far as trust and the other brakes allow. Open questions stay open.',
};

/** Pauses automation, or ends a pause: of every phase, or of one. */
function Pause({ phases }) {
  const [phase, setPhase] = useState('');
  const [isNow, setNow] = useState(false);
  const [asked, ask] = useState(null);
  const [outcome, tell] = useState(null);
  const of = phase === '' ? 'every phase' : `phase ${phase}`;
  const fields = {
    ...(phase === '' ? {} : { phase: Number(phase) }),
    ...(asked === 'pause' && isNow ? { now: true } : {}),
  };
  return html`<section><h2>Pause automation</h2>
    <p><label>Of <select value=${phase} onChange=${({ target }) => setPhase(target.value)}>
      <option value="">every phase</option>${phases.map((one) => html`<option value=${one.phase}>phase ${one.phase}: ${one.title}</option>`)}</select></label></p>
    <p class="buttons"><button type="button" onClick=${() => ask('pause')}>Pause ${of}</button>
      <button type="button" onClick=${() => ask('unpause')}>End the pause of ${of}</button></p>
    <${Outcome} outcome=${outcome} />
    ${
      asked &&
      html`<${ConfirmAct} act=${asked} fields=${fields} title=${asked === 'pause' ? `Pause ${of}?` : `End the pause of ${of}?`} says=${[says[asked]]}
        go=${asked === 'pause' ? `Pause ${of}` : 'End the pause'} stay="Change nothing" close=${() => ask(null)} tell=${tell}>
        ${asked === 'pause' && html`<label class="check-box"><input type="checkbox" checked=${isNow} onChange=${({ target }) => setNow(target.checked)} /> Also now: ${nowSays}</label>`}<//>`
    }</section>`;
}
