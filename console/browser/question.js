import { useState } from 'preact/hooks';
import { act } from './api.js';
import { html } from './html.js';
import { Commands, Dialog, Outcome, Said } from './pieces.js';
import { useRead, useStore } from './store.js';
import { storedName, storeName } from './stored-name.js';

/** A rollback's open question. Buttons answer it if the console may act and the caller's rights allow it; else commands to copy do. */
export function Question({ live }) {
  const { about } = useStore();
  const { question } = live;
  const rights = useRead('rights', { act: 'answer' }, about?.act);
  const [chosen, choose] = useState(null);
  const [outcome, setOutcome] = useState(null);
  const canAnswer = about?.act && rights.value?.allowed === true && !question.decided;
  if (question.decided && !chosen)
    return html`<section class="question decided" aria-labelledby="question-title"><h2 id="question-title">Question ${question.number} is answered</h2>
      <p><${Said} text=${question.status} /></p><${Outcome} outcome=${outcome} /></section>`;
  return html`<section class="question" aria-labelledby="question-title">
    <h2 id="question-title"><${Said} text=${question.says} /></h2>
    ${question.stopped_at && html`<p>It stopped at <b>${question.stopped_at}</b>.</p>`}
    ${question.why.length > 0 && html`<ul>${question.why.map((one) => html`<li><${Said} text=${one} most=${400} /></li>`)}</ul>`}
    ${question.failed.length > 0 && html`<details class="said"><summary>What the hosts say</summary><ul>${question.failed.map((one) => html`<li><${Said} text=${one} most=${400} /></li>`)}</ul></details>`}
    <p>If nobody answers: <${Said} text=${question.at_deadline} /></p>
    ${question.brakes.length > 0 && html`<div class="problem">${question.brakes.map((one) => html`<p><${Said} text=${one} /></p>`)}</div>`}
    ${question.approvers > 1 && html`<p><b>${question.approvers} different, verified people</b> must agree. <${Said} text=${question.status} /></p>`}
    ${question.decided && html`<p class="done-box"><${Said} text=${question.status} /> </p>`}
    ${
      canAnswer
        ? html`<div class="answers">${question.answers.map(
            ({
              answer,
              effect,
            }) => html`<button type="button" class=${`answer ${answer}`} onClick=${() => choose({ answer, question })}>
              <b>${answer}</b> <span>${effect}</span></button>`,
          )}</div>`
        : !question.decided && html`<${CannotAnswer} about=${about} rights=${rights} question=${question} />`
    }
    <${Outcome} outcome=${outcome} />
    ${chosen && html`<${Confirm} live=${live} asked=${asNow(chosen.question, live)} answer=${chosen.answer} close=${() => choose(null)} tell=${setOutcome} />`}
  </section>`;
}

/**
 * Returns the question that a person has read and is about to answer, with what has become of it. A rollback may ask its next question
 * meanwhile: the answer must never go to that one, even if it has the same words.
 */
function asNow(read, { question, who_decided }) {
  if (question.number === read.number) return question;
  const sentence = who_decided.findLast((one) => one.startsWith(`Question ${read.number} `));
  return { ...read, decided: true, status: sentence ?? 'The rollback asks another question now.' };
}

/** Says why there are no buttons, and how to answer without them. */
function CannotAnswer({ about, rights, question }) {
  const why = !about?.act
    ? 'This console only reads: it was started without --act.'
    : (rights.value?.why ?? rights.problem ?? 'Your rights are being read.');
  const how =
    rights.value?.allowed === false && about?.act
      ? 'Somebody who may answer does it so:'
      : 'To answer by the command line:';
  return html`<p class="soft"><${Said} text=${why} /> ${how}</p>
    ${question.answers.map(({ answer, effect, command }) => html`<p><b>${answer}</b>: ${effect}</p><${Commands} all=${[command]} />`)}`;
}

/** The version, flags and other phases that a rollback changes: what makes a person stop. Only the hosts know what they would lose. */
function Effect({ live: { effect, record } }) {
  const { about } = useStore();
  const place = about.environment === 'local' ? '' : ` --environment ${about.environment}`;
  return html`${
    effect
      ? html`<ul class="effect">${effect.map((one) => html`<li><${Said} text=${one} /></li>`)}</ul>`
      : html`<p class="problem">Which version, flags and other phases it changes is not known here. Make a plan before you answer.</p>`
  }
    <p class="soft">To see what each host would lose; it changes nothing:</p>
    <${Commands} all=${[`npm run rollback -- plan ${record.phase}${place}`]} />`;
}

/** Shows the effect of an answer before it is given: a person must be able to stop here. */
function Confirm({ live, asked: question, answer, close, tell }) {
  const { record, planned } = live;
  const { effect, needs_reason } = question.answers.find((one) => one.answer === answer);
  const { about } = useStore();
  const [name, setName] = useState(storedName());
  const [reason, setReason] = useState('');
  const [hosts, setHosts] = useState(question.failed_hosts.join(', '));
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    storeName(name);
    const fields = { answer, operator: name, rollback: question.rollback, question: question.number };
    const more = { ...(reason ? { reason } : {}), ...(answer === 'without-hosts' ? { hosts } : {}) };
    tell(await act('answer', { ...fields, ...more }));
    close();
  };
  const done = new Set(live.steps.filter(({ verdict }) => verdict === 'done').map(({ step }) => step));
  return html`<${Dialog} title=${`Answer ${answer}?`} close=${close}><form onSubmit=${submit}>
    ${question.decided && html`<p class="problem">It was decided meanwhile. <${Said} text=${question.status} /></p>`}
    <p>It ${effect}.</p>
    ${
      answer === 'rollback' &&
      html`<p><b>The plan</b>${record.deployment ? `, which undoes ${record.deployment.version}` : ''}, on ${record.hosts === null ? 'every host of the fleet' : `${record.hosts} ${record.hosts === 1 ? 'host' : 'hosts'}`}:</p>
      <ol class="plan">${planned.filter(({ id }) => !done.has(id)).map(({ name: step }) => html`<li>${step}</li>`)}</ol>
      <${Effect} live=${live} />`
    }
    <p class="soft">Rollback ${record.rollback_id}, question ${question.number}. ${about.embedded ? 'Nothing of this reaches AWS.' : `This acts on AWS account ${about.account}, as ${about.caller}.`}</p>
    <label>Your name <input required pattern=".*\\S.*" title="Your name, not blanks only" maxlength="100" autocomplete="name" value=${name} onInput=${({ target }) => setName(target.value)} /></label>
    ${answer === 'without-hosts' && html`<label>Hosts to leave out <input required pattern=".*\\S.*" title="Names of hosts with commas between" value=${hosts} onInput=${({ target }) => setHosts(target.value)} /></label>`}
    <label>${needs_reason ? 'Reason' : 'Reason (may be empty)'} <input required=${needs_reason} pattern=${needs_reason ? '.*\\S.*' : undefined} title="A reason, not blanks only" maxlength="500" value=${reason} onInput=${({ target }) => setReason(target.value)} /></label>
    <p class="buttons"><button type="submit" class="primary" disabled=${busy}>${busy ? 'Answering …' : `Answer ${answer}`}</button>
      <button type="button" onClick=${close} disabled=${busy}>Do not answer</button></p>
  </form><//>`;
}
