import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { tokenOfSession } from './api.js';
import { Brakes } from './brakes.js';
import { Fleet } from './fleet.js';
import { History } from './history.js';
import { html } from './html.js';
import { Now } from './now.js';
import { At, Said } from './pieces.js';
import { Readiness } from './readiness.js';
import { Rollback } from './rollback.js';
import { Start } from './start.js';
import { Stats } from './stats.js';
import { begin, newestOf, useRead, useSeconds, useStore } from './store.js';
import { TryIt } from './try.js';
import { accountTime, durationWords } from './words.js';

const pages = [
  ['', 'Now', Now],
  ['fleet', 'Fleet', Fleet],
  ['history', 'History', History],
  ['stats', 'Statistics', Stats],
  ['brakes', 'Brakes', Brakes],
  ['readiness', 'Readiness', Readiness],
];
/** The pages of a console that may act. */
const startPage = ['start', 'Start', Start];
const tryPage = ['try', 'Try it', TryIt];

function App() {
  const { about, refused } = useStore();
  const [name, id] = usePlace();
  const known = !about?.act ? pages : about.embedded ? [...pages, startPage, tryPage] : [...pages, startPage];
  if (!about)
    return html`<main id="main">${refused ? html`<h1>The console cannot open</h1><p role="alert"><${Said} text=${refused} /></p>` : html`<p class="loading">The console is loading.</p>`}</main>`;
  const Page = known.find(([one]) => one === name)?.[2] ?? Now;
  return html`
    <a class="skip" href="#main" onClick=${skip}>To the content</a>
    <header><${Top} about=${about} /><nav aria-label="Pages"><ul>${known.map(
      ([path, title]) =>
        html`<li><a href=${`#/${path}`} aria-current=${path === name ? 'page' : undefined}>${title}<${Count} path=${path} /></a></li>`,
    )}</ul></nav></header>
    <${Connection} refused=${refused} />
    <main id="main" tabindex="-1">${name === 'rollback' ? html`<${Rollback} key=${id} id=${id} />` : html`<${Page} key=${name} />`}</main>
    <${Announcer} />`;
}

const skip = (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
};

/** The page that the address names behind #: "rollback", and its id. */
function usePlace() {
  const read = () => /^#\/([a-z]*)\/?(.*)$/.exec(location.hash)?.slice(1) ?? ['', ''];
  const [place, set] = useState(read);
  useEffect(() => {
    const changed = () => {
      set(read());
      scrollTo(0, 0);
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return [place[0], decodeURIComponent(place[1])];
}

function Top({ about }) {
  const rights = useRead('rights', { act: 'answer' }, about.act);
  const canAct = about.act && rights.value?.allowed !== false;
  return html`<div class="top">
    <p class="brand"><img src="/icon.svg" alt="" width="26" height="26" /> Rollback</p>
    <p class="chips"><span class=${`chip ${about.embedded ? '' : 'real'}`}>${about.environment}${about.embedded ? ': embedded account' : `: AWS ${about.account}, ${about.region}`}</span>
      <span class=${`chip ${canAct ? 'acts' : ''}`}>${canAct ? 'can act' : 'read only'}</span> <span class="soft caller">${about.caller.split(':').at(-1)}</span></p>
    <${Pulse} /></div>`;
}

/** Whether what is seen is of now. */
function Pulse() {
  useSeconds();
  const { connection } = useStore();
  const age = connection.heard === null ? null : Date.now() - connection.heard;
  const old = age !== null && age > 20_000;
  const live = connection.state === 'live' && !old;
  return html`<p class=${`pulse ${live ? 'live' : 'lost'}`}><span class="dot" aria-hidden="true"></span> ${
    live ? (age === null ? 'Connecting' : 'Live') : age === null ? 'Not connected' : `${durationWords(age)} old`
  }</p>`;
}

/** Says since when the data are old, and why: a laptop that slept, a server that ended, credentials that expired. */
function Connection({ refused }) {
  const { connection, parts } = useStore();
  const problems = Map.groupBy(
    Object.entries(parts).filter(([, { problem }]) => problem),
    ([, { problem }]) => problem.says,
  );
  const [says, first] = [...problems].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return html`<div role="status" class="notices">
    ${refused && html`<p class="notice bad"><b>Not connected.</b> <${Said} text=${refused} /></p>`}
    ${
      connection.state === 'lost' &&
      html`<p class="notice bad"><b>The connection is lost since <${At} at=${accountTime(connection.since)} form="time" />.</b> What you see is from then. Trying again: is the console still running in its terminal?</p>`
    }
    ${connection.failed && html`<p class="notice bad"><b>The newest state could not be read.</b> <${Said} text=${connection.failed} /></p>`}
    ${
      says !== undefined &&
      first.length > 2 &&
      html`<p class="notice bad">${
        first.some(([, { value }]) => value !== undefined)
          ? html`<b>Old data since <${At} at=${accountTime(first[0][1].problem.since)} form="time" />:</b>`
          : html`<b>Not shown:</b>`
      } ${first.length} parts cannot be read. <${Said} text=${says} /></p>`
    }
    ${
      connection.gap &&
      connection.state === 'live' &&
      html`<p class="notice">Connected again. From <${At} at=${accountTime(connection.gap.from)} form="time" /> to <${At} at=${accountTime(connection.gap.to)} form="time" /> nothing was followed; what you see is new.</p>`
    }
  </div>`;
}

/** The number of open rollbacks beside "Now". */
function Count({ path }) {
  const open = path === '' ? (newestOf('open') ?? []) : [];
  return open.length > 0 ? html` <span class="count">${open.length}<span class="sr"> open</span></span>` : null;
}

/** Tells a screen reader when the state of an open rollback changes. */
function Announcer() {
  useStore();
  const says = (newestOf('open') ?? [])
    .map(({ record, standing }) => `Phase ${record.phase}: ${standing.title}.`)
    .join(' ');
  return html`<p class="sr" role="status">${says}</p>`;
}

tokenOfSession();
// The address of a console that was started again differs behind # only, which loads nothing by itself.
addEventListener('hashchange', () => location.hash.startsWith('#token=') && location.reload());
void begin();
const root = document.getElementById('root');
root.replaceChildren();
render(html`<${App} />`, root);
