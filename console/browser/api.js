/** The session's token: from behind # in the address, else from this tab's earlier page. It is never in an address that is sent. */
export function tokenOfSession() {
  const found = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (found !== undefined) {
    sessionStorage.setItem(key, found);
    history.replaceState(null, '', '#/');
  }
  return sessionStorage.getItem(key) ?? '';
}
const key = 'rollback-token';
const authorized = () => ({ authorization: `Bearer ${sessionStorage.getItem(key) ?? ''}` });

/** The refusal of a request, as a sentence of the server; `status` 0: the server did not answer. */
export class Refused extends Error {
  constructor(says, status) {
    super(says);
    this.status = status;
  }
}

const unanswered = 'The console does not answer. Is `rollback console`, or `npm run local`, still running?';

async function asked(address, options) {
  let response;
  try {
    response = await fetch(address, { ...options, headers: { ...authorized(), ...options.headers } });
  } catch {
    throw new Refused(unanswered, 0);
  }
  const body = await response.json().catch(() => {
    throw new Refused(unanswered, 0); // the server ended within its answer
  });
  if (!response.ok) throw new Refused(body.says ?? `The console answered ${response.status}.`, response.status);
  return body.read;
}

/** Reads something of the account by its name. Empty fields are left out. */
export function get(name, fields = {}) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== null);
  return asked(`/api/${name}?${new URLSearchParams(given)}`, {});
}

const post = (name, fields) =>
  asked(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });

/**
 * Has the server do something. Returns what came of it, in a sentence, and never fails. `refused`: it was not done. `isUnknown`: it may have
 * been done, because it was sent and its answer is lost.
 */
export const act = (name, fields) =>
  post(name, fields).catch(({ message: says, status }) =>
    status === 0 || status >= 500 ? { isUnknown: true, says } : { refused: true, says },
  );

/** The server is silent for five seconds at most, so a connection that is silent for this long is lost, as after a sleep. */
const lostAfter = 12_000;
const tryAgainAfter = 1500;

/** Follows what changes, for ever: a connection that is lost is made again. */
export async function follow({ hear, lost, refused }) {
  for (;;) {
    const stop = new AbortController();
    let watchdog = setTimeout(() => stop.abort(), lostAfter);
    try {
      const response = await fetch('/api/live', { headers: authorized(), signal: stop.signal });
      if (!response.ok) {
        const { says } = await response.json();
        refused(says);
        return;
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => stop.abort(), lostAfter);
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const event of events) hear(event.startsWith('data: ') ? JSON.parse(event.slice(6)) : { type: 'silence' });
      }
    } catch {
      // lost, as below
    }
    clearTimeout(watchdog);
    lost();
    await new Promise((resolve) => {
      setTimeout(resolve, tryAgainAfter);
      addEventListener('online', resolve, { once: true });
    });
  }
}
