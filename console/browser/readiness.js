import { useState } from 'preact/hooks';
import { act } from './api.js';
import { html } from './html.js';
import { Ago, At, Heading, Outcome, Part, Said } from './pieces.js';
import { useRead, useStore } from './store.js';
import { counted } from './words.js';

/** Whether each phase can be rolled back, line by line with its evidence. */
export function Readiness() {
  const { about } = useStore();
  const rights = useRead('rights', { act: 'ready' }, about?.act);
  return html`
    <${Heading}>Readiness<//>
    <${Part} name="readiness">${(found) =>
      about.phases.map(
        ({ phase, title }) =>
          html`<${Phase} key=${phase} phase=${phase} title=${title} found=${found.find((one) => one.phase === phase)} canCheck=${about.act && rights.value?.allowed === true} />`,
      )}<//>`;
}

function Phase({ phase, title, found, canCheck }) {
  const { about } = useStore();
  const [outcome, tell] = useState(null);
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    tell(await act('ready', { phase }));
    setBusy(false);
  };
  const wrong = found?.lines.filter(({ ready }) => !ready) ?? [];
  return html`<section class="phase"><h2>Phase ${phase}: ${title}</h2>
    ${
      found
        ? html`<p><span class=${`verdict ${found.state === 'ready' ? 'ok' : 'bad'}`}>${found.state}</span> ${found.version ? `for ${found.version}, ` : ''}checked <${Ago} at=${found.at} /> <span class="soft">(<${At} at=${found.at} />)</span></p>
        ${wrong.map((line) => html`<${Line} line=${line} />`)}
        <details><summary>${counted(found.lines.length - wrong.length, 'line')} ready</summary>${found.lines.filter(({ ready }) => ready).map((line) => html`<${Line} line=${line} />`)}</details>`
        : html`<p>Not checked yet: what is not known is not ready.</p>`
    }
    ${
      canCheck
        ? html`<p><button type="button" disabled=${busy} onClick=${check}>${busy ? 'Asking every host …' : `Check phase ${phase} now`}</button></p>`
        : html`<p class="soft">Check it: <code>npm run rollback -- ready --phase ${phase}${about.environment === 'local' ? '' : ` --environment ${about.environment}`}</code></p>`
    }
    <${Outcome} outcome=${outcome} /></section>`;
}

function Line({ line: { id, name, ready, evidence, todo, hosts = [] } }) {
  return html`<div class=${`check ${ready ? 'ok' : 'bad'}`}><p><span aria-hidden="true">${ready ? '✓' : '✗'}</span> <b>${name ?? id}</b> <span class="sr">${ready ? 'ready' : 'not ready'}</span> <${Said} text=${evidence} /></p>
    ${todo && html`<p class="todo"><${Said} text=${todo} /></p>`}
    ${hosts.length > 0 && html`<ul>${hosts.map((one) => html`<li>${one.name}: <${Said} text=${one.found} /></li>`)}</ul>`}</div>`;
}
