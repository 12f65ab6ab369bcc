import { html } from './html.js';
import { At, Countdown, Said } from './pieces.js';

const dueWords = ({ tone, title }) =>
  title === 'Waiting for an answer' ? 'Answer' : tone === 'running' ? 'Limit' : 'Due';
const classes = { act: 'act', running: 'running-now', good: 'good', uncertain: 'uncertain', neutral: 'neutral' };

/** The state of a rollback: what it is, until when, and who must act. `isBrief`: the question below says the rest. */
export const Standing = ({ standing, eta, isBrief = false, children }) => html`
  <div class=${`standing ${classes[standing.tone]}`}>
    <p class="title">${standing.title}</p>
    ${!isBrief && html`<p><${Said} text=${standing.says} most=${600} /></p>`}
    ${
      standing.deadline &&
      html`<p class="due"><b>${dueWords(standing)} <${Countdown} to=${standing.deadline} /></b>
        <span class="soft"> at <${At} at=${standing.deadline} form="time" /></span></p>`
    }
    ${standing.acts && html`<p><b>Who must act:</b> <${Said} text=${standing.acts} /></p>`}
    ${eta?.at && html`<p>Usually over <${Countdown} to=${eta.at} /> <span class="soft">(<${At} at=${eta.at} form="time" />)</span></p>`}
    ${children}
  </div>`;
