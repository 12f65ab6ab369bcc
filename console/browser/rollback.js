import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from './api.js';
import { Graph } from './graph.js';
import { html } from './html.js';
import { linkTo } from './links.js';
import { At, Commands, Heading, Problem, Said } from './pieces.js';
import { Question } from './question.js';
import { RollbackActs } from './rollback-acts.js';
import { Standing } from './standing.js';
import { Steps } from './steps.js';
import { newestOf, useRead, useStore } from './store.js';
import { counted, owedWords, phaseWords, visible } from './words.js';

/** One rollback: live while it is open, and readable as the incident page at any time. */
export function Rollback({ id }) {
  useStore();
  const open = newestOf('open')?.find(({ record }) => record.rollback_id === id);
  const version = open ? `${open.record.events}/${open.state}/${open.question?.decided ?? ''}` : 'over';
  const { value, problem, at } = useRead('rollback', { rollback: id }, version);
  const live = open ? { ...value, ...open } : value;
  const shown = useLast(live);
  if (!live)
    return html`<p class="kicker">Rollback ${id}</p><${Heading}>Rollback<//>${problem ? html`<${Problem} says=${problem} /><${IncidentPage} id=${id} version="unread" />` : html`<p class="soft">Reading …</p>`}`;
  const { record, standing, eta, name, question } = live;
  const isOpen = record.ending === null;
  const owed = (newestOf('owed') ?? []).filter(({ rollback }) => rollback === id);
  return html`
    <p class="kicker">${record.mode === 'live' ? 'Rollback' : record.mode} ${id}${name ? ` (${name})` : ''}</p>
    <${Heading}>${`${phaseWords(record)} (${record.phase_name}): ${record.trigger}, ${record.severity}`}<//>
    ${problem && html`<${Problem} says=${problem} since=${at} />`}
    <${Standing} standing=${standing} eta=${eta} isBrief=${question !== null && isOpen} />
    <${RollbackActs} live=${live} />
    ${shown && html`<${Question} live=${{ ...live, question: shown }} />`}
    <div class="wide-columns">
      <section><h2>Steps and hosts</h2><${Steps} live=${live} /></section>
      <section><h2>The machine</h2><${Graph} rollback=${id} visited=${value?.visited ?? []} state=${open?.state ?? null} isOpen=${isOpen} /></section>
    </div>
    <section><h2>What is next</h2>
    ${owed.length > 0 && html`<p>${owedWords(owed)}. <a href="#/fleet">See the fleet</a>, and check each host before it trades again.</p>`}
    ${
      question && isOpen
        ? html`<p>Answer the question above.</p>`
        : live.next.length === 0
          ? owed.length === 0 &&
            html`<p>${isOpen ? 'Nobody has to do anything now: it goes on by itself.' : 'Nothing is left to do.'}</p>`
          : live.next.map(
              ({ says, commands, see }) =>
                html`<p><${Said} text=${says} />${see && html` <a href=${linkTo(see)}>Open it here</a>`}</p><${Commands} all=${commands} />`,
            )
    }</section>
    <section><h2>How long it takes</h2>${eta.says.map((one) => html`<p><${Said} text=${one} /></p>`)}</section>
    <section><h2>Timeline</h2><${Timeline} events=${value?.timeline ?? []} /></section>
    <${IncidentPage} id=${id} version=${isOpen ? version : 'over'} />`;
}

/**
 * Returns the question of a rollback, also after it was decided: a person who was about to answer must read who was faster.
 * Null: none was seen open.
 */
function useLast(live) {
  const seen = useRef(null);
  if (live?.question) seen.current = live.question;
  if (!live || live.question || !seen.current) return seen.current;
  const sentence = live.who_decided.findLast((one) => one.startsWith(`Question ${seen.current.number} `));
  return { ...seen.current, decided: true, status: sentence ?? 'It is decided.' };
}

/** Events that are seen at once: of a phone's screen they are enough, and the others are one key away. */
const newest = 8;

function Timeline({ events }) {
  const all = events
    .toReversed()
    .map(
      ({ sequence, at, type, says }) =>
        html`<li key=${sequence}><${At} at=${at} form="time" /> <b>${type}</b> ${visible(says) === type ? '' : html`<${Said} text=${says} most=${500} />`}</li>`,
    );
  return html`<ol class="timeline" reversed>${all.slice(0, newest)}</ol>
    ${all.length > newest && html`<details><summary>${counted(all.length - newest, 'earlier event')}</summary><ol class="timeline" reversed>${all.slice(newest)}</ol></details>`}`;
}

/** The page as it is written to S3 and by \`rollback page\`, in a frame that may run that page's own script and nothing else. */
function IncidentPage({ id, version }) {
  const [isOpen, setOpen] = useState(false);
  const [page, setPage] = useState({ at: null, problem: null });
  useEffect(() => {
    if (!isOpen) return undefined;
    let isCurrent = true;
    get('page', { rollback: id }).then(
      ({ at }) => isCurrent && setPage({ at, problem: null }),
      (error) => isCurrent && setPage((before) => ({ ...before, problem: error.message })),
    );
    return () => {
      isCurrent = false;
    };
  }, [id, version, isOpen]);
  return html`<section><h2>The incident page</h2>
    <p class="soft">What people without this console read: criteria, versions and flags, the alarm’s metric, who decided, messages, and whether the history is whole.</p>
    <p><button type="button" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>${isOpen ? 'Close the incident page' : 'Show the incident page'}</button></p>
    ${isOpen && page.problem && html`<${Problem} says=${page.problem} />`}
    ${isOpen && page.at && html`<iframe title="The incident page" src=${page.at} sandbox="allow-scripts"></iframe>`}
  </section>`;
}
