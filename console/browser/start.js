import { useState } from 'preact/hooks';
import { ConfirmAct, useRight } from './act.js';
import { act } from './api.js';
import { html } from './html.js';
import { linkTo } from './links.js';
import { Commands, Heading, Outcome, Said } from './pieces.js';
import { newestOf, useStore } from './store.js';
import { visible } from './words.js';

/** Starts the rollback of a phase: first its plan, which asks every host and changes nothing, then the start. */
export function Start() {
  const { about } = useStore();
  const [phase, setPhase] = useState(about.phases[0]?.phase);
  const chosen = ({ target }) => setPhase(Number(target.value));
  return html`
    <${Heading}>Start<//>
    <p>Rolls back one phase on every host of the fleet. A rollback of several phases, from a step on, or of some hosts is started by the command line.</p>
    <p><label>Phase <select value=${phase} onChange=${chosen}>${about.phases.map(
      (one) => html`<option value=${one.phase}>${one.phase}: ${one.title}</option>`,
    )}</select></label></p>
    <${StartPhase} key=${phase} phase=${phase} />`;
}

function StartPhase({ phase }) {
  const { about } = useStore();
  const { allowed, why } = useRight('start', { phase });
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState(null);
  const [severity, setSeverity] = useState('HIGH');
  const [isAsked, ask] = useState(false);
  const [outcome, tell] = useState(null);
  const place = about.environment === 'local' ? '' : ` --environment ${about.environment}`;
  const plan = async () => {
    setBusy(true);
    tell(null);
    const { isUnknown, ...one } = await act('plan', { phase });
    setMade(isUnknown ? { ...one, refused: true } : one); // a plan changes nothing
    setBusy(false);
  };
  const told = (one) => {
    tell(one);
    setMade(null); // each start needs its own plan, and a refusal may say that this one is not true any more
  };
  if (!allowed)
    return html`<p class="soft">${why === null || why === undefined ? 'Your rights are being read.' : html`<${Said} text=${why} /> Somebody who may start it does it so:`}</p>
      <${Commands} all=${[`npm run rollback -- plan ${phase}${place}`, `npm run rollback -- start ${phase} --operator "YOUR NAME" --reason "WHY"${place}`]} />`;
  const asking = (newestOf('open') ?? []).find(
    ({ record, question }) => question && !question.decided && (record.phases ?? [record.phase]).includes(phase),
  );
  if (asking)
    return html`<div class="problem"><p><b>A rollback of this phase asks a question.</b> A start would answer it with “rollback”, or wait for its answer. Read what is against it, and answer it:</p>
      <p><a class="button primary" href=${linkTo(asking.record.rollback_id)}>Read it and answer</a></p></div><${Outcome} outcome=${outcome} />`;
  return html`
    <section><h2>1. The plan</h2>
      <p><button type="button" class=${made ? '' : 'primary'} disabled=${busy} onClick=${plan}>${busy ? 'Asking every host …' : `Plan phase ${phase}`}</button> It changes nothing.</p>
      ${made?.refused && html`<${Outcome} outcome=${made} />`}
      ${made?.plan && html`<pre class="plan-text" tabindex="0" aria-label="The plan">${visible(made.plan)}</pre>`}</section>
    <section><h2>2. The start</h2>
      ${
        made?.plan
          ? html`<p><label>Severity <select value=${severity} onChange=${({ target }) => setSeverity(target.value)}>${about.filters.severity.map(
              (one) => html`<option>${one}</option>`,
            )}</select></label></p>
            <p><button type="button" class="primary" onClick=${() => ask(true)}>Start the rollback of phase ${phase}</button></p>`
          : html`<p class="soft">It needs the plan that you have read.</p>`
      }
      <${Outcome} outcome=${outcome} />
      ${outcome?.rollback && html`<p><a href=${linkTo(outcome.rollback)}>Watch the rollback</a></p>`}</section>
    ${
      isAsked &&
      html`<${ConfirmAct} act="start" fields=${{ phase, severity }} title=${`Roll back phase ${phase}?`} go="Roll back" stay="Do not roll back"
        says=${[`Every host does what the plan says, with severity ${severity}. A person who starts it has decided: it asks no question before it begins.`]}
        close=${() => ask(false)} tell=${told}>
        <ul class="effect">${(made?.effect ?? []).map((one) => html`<li><${Said} text=${one} /></li>`)}</ul>
        ${(made?.others ?? []).length > 0 && html`<div class="problem">${made.others.map((one) => html`<p><${Said} text=${one} /></p>`)}</div>`}
        <p class="soft">It is refused if the plan is not true any more.</p><//>`
    }`;
}
