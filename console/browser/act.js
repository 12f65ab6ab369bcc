import { useState } from 'preact/hooks';
import { act as send } from './api.js';
import { html } from './html.js';
import { Dialog, Said } from './pieces.js';
import { useRead, useStore } from './store.js';
import { storedName, storeName } from './stored-name.js';

/** Whether the console may act and the caller's rights allow an act; `why`: a sentence, if not. */
export function useRight(act, fields = {}) {
  const { about } = useStore();
  const rights = useRead('rights', { act, ...fields }, about?.act);
  const why = about?.act
    ? (rights.value?.why ?? rights.problem)
    : 'This console only reads: it was started without --act.';
  return { allowed: Boolean(about?.act) && rights.value?.allowed === true, why };
}

/**
 * A dialog in which a person confirms an act: what it does, their name and, if it needs one, their reason. Nothing happens before.
 *
 * act: its name at the server. says: sentences about its effect. go, stay: the two buttons.
 */
export function ConfirmAct({ act, fields, title, says, go, stay, isReasoned = true, close, tell, children }) {
  const { about } = useStore();
  const [name, setName] = useState(storedName());
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    storeName(name);
    const given = { ...fields, operator: name, ...(isReasoned ? { reason } : {}) };
    tell(await send(act, given));
    close();
  };
  return html`<${Dialog} title=${title} close=${close}><form onSubmit=${submit}>
    ${says.map((one) => html`<p><${Said} text=${one} /></p>`)}
    ${children}
    <p class="soft">${about.embedded ? 'Nothing of this reaches AWS.' : `This acts on AWS account ${about.account}, as ${about.caller}.`}</p>
    <label>Your name <input required pattern=".*\\S.*" title="Your name, not blanks only" maxlength="100" autocomplete="name" value=${name} onInput=${({ target }) => setName(target.value)} /></label>
    ${isReasoned && html`<label>Reason <input required pattern=".*\\S.*" title="A reason, not blanks only" maxlength="500" value=${reason} onInput=${({ target }) => setReason(target.value)} /></label>`}
    <p class="buttons"><button type="submit" class="primary" disabled=${busy}>${busy ? `${go} …` : go}</button>
      <button type="button" onClick=${close} disabled=${busy}>${stay}</button></p>
  </form><//>`;
}
