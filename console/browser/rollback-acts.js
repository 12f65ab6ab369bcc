import { useState } from 'preact/hooks';
import { ConfirmAct, useRight } from './act.js';
import { html } from './html.js';
import { Outcome } from './pieces.js';
import { newestOf } from './store.js';

/** The acts on one rollback: to say that its page was heard, and to release the fleet that it keeps after its end. */
export function RollbackActs({ live: { record, standing } }) {
  const ack = useRight('ack');
  const release = useRight('release');
  const [asked, ask] = useState(null);
  const [outcome, tell] = useState(null);
  const { rollback_id: rollback } = record;
  const waits = standing.tone === 'act';
  const keeps = record.ending !== null && newestOf('fleet')?.holder?.rollback === rollback;
  const buttons = [
    ...(waits && ack.allowed ? [['ack', 'I have heard it']] : []),
    ...(keeps && release.allowed ? [['release', 'Release the fleet']] : []),
  ];
  if (buttons.length === 0 && !outcome) return null;
  const common = { fields: { rollback }, close: () => ask(null), tell };
  return html`<p class="buttons">${buttons.map(([name, label]) => html`<button type="button" onClick=${() => ask(name)}>${label}</button>`)}</p>
    <${Outcome} outcome=${outcome} />
    ${
      asked === 'ack' &&
      html`<${ConfirmAct} act="ack" ...${common} title="Say that you have heard it?" isReasoned=${false} go="I have heard it" stay="Not yet"
        says=${['Nobody else is called about it. It still waits for you: an acknowledgement answers nothing and releases nothing.']} />`
    }
    ${
      asked === 'release' &&
      html`<${ConfirmAct} act="release" ...${common} title="Release the fleet?" go="Release the fleet" stay="Do not release"
        says=${[
          `Rollback ${rollback} no longer holds the fleet, and will not resume. A rollback that waits takes the fleet within 30 s and begins on the hosts.`,
          'Release it once the hosts are safe: ask every host for its health first.',
        ]} />`
    }`;
}
