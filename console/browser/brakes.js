import { html } from './html.js';
import { Commands, Heading, Lines, Part } from './pieces.js';
import { useStore } from './store.js';

/** The brakes that keep rollbacks from beginning by themselves, or deployments from happening. */
export function Brakes() {
  const { about } = useStore();
  const place = about?.environment === 'local' ? '' : ` --environment ${about?.environment}`;
  const words = ` --operator "YOUR NAME" --reason "WHY"${place}`;
  return html`
    <${Heading}>Brakes<//>
    <section><h2>What holds now</h2><${Part} name="brakes">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    <section><h2>Trading</h2><${Part} name="trading">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    <section><h2>Sessions</h2><${Part} name="sessions">${(read, lines) => (read ? html`<${Lines} lines=${lines} />` : html`<p>This environment names no venues.</p>`)}<//></section>
    <section><h2>Budgets</h2><${Part} name="budgets">${(_, lines) => html`<${Lines} lines=${lines} />`}<//></section>
    <section><h2>Cap on hosts</h2><${Part} name="hosts">${(cap, lines) => (cap ? html`<${Lines} lines=${lines} />` : html`<p>This environment has none.</p>`)}<//></section>
    <section><h2>To set or end one</h2>
      <p class="soft">Brakes are set by the command line, which asks back and verifies who you are.</p>
      <${Commands} all=${['pause', 'unpause', 'freeze', 'unfreeze'].map((one) => `npm run rollback -- ${one}${words}`)} /></section>`;
}
