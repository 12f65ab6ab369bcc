import { html } from './html.js';
import { Said } from './pieces.js';
import { useSeconds } from './store.js';
import { counted, durationWords, now } from './words.js';

const checks = { 'confirm-recovery': 'Check: version and steps', 'confirm-health': 'Check: health' };

/** Every step of the plan, and what has begun: the checks are no steps of the plan. */
function rowsOf({ steps, planned }) {
  const begun = new Map(steps.map((one) => [one.step, one]));
  const names = new Map(planned.map(({ id, name }) => [id, name]));
  const order = [...planned.map(({ id }) => id), ...steps.map(({ step }) => step)];
  return [...new Set(order)].map((step) => ({
    step,
    name: names.get(step) ?? checks[step] ?? step,
    row: begun.get(step) ?? null,
  }));
}

const marks = {
  done: '✓',
  failed: '✗',
  running: '●',
  waiting: '●',
  'not started': '·',
  'no report': '·',
  'left out': '–',
};
const shape = (verdict) =>
  verdict === 'done'
    ? 'done'
    : verdict === 'running' || verdict === 'waiting'
      ? 'running'
      : marks[verdict] === '·'
        ? 'later'
        : 'failed';

/** Steps from above to below, then hosts by steps: hosts whose steps went alike share a row, so that 1,000 hosts are few rows. */
export function Steps({ live }) {
  useSeconds();
  const { record, usual, hosts, said } = live;
  const rows = rowsOf(live).map((one) => ({ ...one, done: doneNow(one, hosts, record.hosts) }));
  if (rows.length === 0) return html`<p>No step has begun, and the plan is not known.</p>`;
  return html`
    <ol class="steps">${rows.map((one, at) => html`<${StepRow} key=${one.step} one=${one} number=${at + 1} count=${record.hosts} usual=${usual} />`)}</ol>
    ${record.hosts_not_online?.length > 0 && html`<p class="bad">Not online when it opened, so not rolled back: ${record.hosts_not_online.join(', ')}.</p>`}
    <h3>Hosts by steps</h3>
    <${HostMatrix} groups=${hosts} rows=${rows} />
    ${
      said.length > 0 &&
      html`<details class="said"><summary>What ${counted(said.length, 'report')} of hosts that have not done a step ${said.length === 1 ? 'says' : 'say'}</summary>
      <ul>${said.map(({ name, step, verdict, says }) => html`<li><b>${name}</b>, ${step}: ${verdict}. <${Said} text=${says || 'No reason was given.'} /></li>`)}</ul></details>`
    }`;
}

/** A step that failed and is tried again runs: it is red only once it has failed for good. */
const isRunning = (row) => row?.attempts.at(-1)?.result === 'running';

/** A check asks every host again, so while it does, what a host said in an earlier attempt says nothing about this one. */
const isAskedAgain = ({ step, row }) => step in checks && isRunning(row) && row.attempts.length > 1;

/** Returns how many hosts have done a step: those that the grid below shows as done. An event counts them only at the end of an attempt. */
function doneNow(one, groups, all) {
  if (!isRunning(one.row)) return one.row?.hosts_done ?? 0;
  if (isAskedAgain(one)) return 0;
  const isDone = ({ cells }) => cells.some(({ step, verdict }) => step === one.step && verdict === 'done');
  const count = groups.filter(isDone).reduce((sum, { names }) => sum + names.length, 0);
  return Math.min(count, all ?? count);
}

function StepRow({ one: { name, row, done }, number, count }) {
  const attempts = row?.attempts ?? [];
  const [first, last] = [attempts[0], attempts.at(-1)];
  const verdict = isRunning(row) ? 'running' : (row?.verdict ?? 'not started');
  const took = first ? durationWords((last.to ?? now()) - first.from) : '';
  const words = row
    ? [`${done} of ${count ?? '?'} hosts`, took, ...(attempts.length > 1 ? [`attempt ${attempts.length}`] : [])].join(
        ' · ',
      )
    : 'not begun';
  return html`<li class=${shape(verdict)}>
    <span class="mark" aria-hidden="true">${marks[verdict] ?? '✗'}</span>
    <span class="what"><span class="soft">${number}.</span> ${name}</span>
    <span class="sr">${row ? verdict : ''} </span><span class="when">${words}</span></li>`;
}

function HostMatrix({ groups, rows }) {
  if (groups.length === 0) return html`<p class="soft">No host is known yet.</p>`;
  return html`<div class="table" role="region" tabindex="0" aria-label="Hosts by steps"><table class="matrix">
    <thead><tr><th scope="col">Hosts</th>${rows.map(
      ({ name }, at) =>
        html`<th scope="col" class="cell" title=${name}><span class="sr">${name}</span><span aria-hidden="true">${at + 1}</span></th>`,
    )}</tr></thead>
    <tbody>${groups.slice(0, 60).map(({ names, cells }) => {
      const byStep = new Map(cells.map((cell) => [cell.step, cell.verdict]));
      return html`<tr><th scope="row"><${Names} names=${names} /></th>${rows.map((one) => {
        const verdict = isAskedAgain(one) ? 'running' : (byStep.get(one.step) ?? 'not started');
        return html`<td class=${`cell ${shape(verdict)}`}><span aria-hidden="true">${marks[verdict] ?? '✗'}</span><span class="sr">${verdict}</span></td>`;
      })}</tr>`;
    })}</tbody></table></div>
    ${groups.length > 60 && html`<p class="soft">${counted(groups.length - 60, 'more row')}: the incident page names the hosts.</p>`}
    <p class="soft legend" aria-hidden="true"><span class="done">✓</span> done <span class="running">●</span> now <span class="failed">✗</span> failed or unknown <span>·</span> not begun</p>`;
}

function Names({ names }) {
  if (names.length <= 3) return names.join(', ');
  return html`<details><summary>${counted(names.length, 'host')} alike</summary><span class="names">${names.slice(0, 1000).join(', ')}</span></details>`;
}
