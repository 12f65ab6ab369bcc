import { useEffect, useState } from 'preact/hooks';
import { follow, get } from './api.js';
import { setAhead } from './words.js';

/**
 * All that the pages show.
 *
 * parts: name -> { value, lines, at, problem }. `value` is the newest that could be read, also while there is a problem: people then
 * read since when.
 */
const state = {
  about: null,
  refused: null,
  parts: {},
  connection: { state: 'connecting', heard: null, since: null, gap: null },
};
const listeners = new Set();

function change(next) {
  Object.assign(state, next);
  for (const one of listeners) one({});
}

/** Draws the caller again after each change. */
export function useStore() {
  const [, draw] = useState();
  useEffect(() => {
    listeners.add(draw);
    return () => listeners.delete(draw);
  }, []);
  return state;
}

/** Draws the caller again each second, for countdowns. */
export function useSeconds() {
  const [, draw] = useState();
  useEffect(() => {
    const timer = setInterval(() => draw({}), 1000);
    return () => clearInterval(timer);
  }, []);
}

/** Shows a clock that was moved, before it is read again. */
export function moveClock(ahead) {
  setAhead(ahead);
  const { clock } = state.parts;
  change({ parts: { ...state.parts, clock: { ...clock, value: { ...clock?.value, ahead } } } });
}

export const newestOf = (name) => state.parts[name]?.value;

/** The longest silence after which nobody needs to hear that something was missed. */
const shortGap = 20_000;

function hear(message) {
  const at = Date.now();
  const { heard, state: before, since } = state.connection;
  const missed = before === 'lost' && heard !== null && at - heard > shortGap;
  const gap = missed ? { from: since, to: at } : state.connection.gap;
  if (message.type === 'silence') return change({ connection: { ...state.connection, state: 'live', gap } });
  const connection = {
    state: 'live',
    heard: at,
    since: null,
    gap,
    failed: message.type === 'failed' ? message.says : null,
  };
  if (message.type !== 'parts') return change({ connection });
  const parts = { ...state.parts };
  for (const [name, part] of Object.entries(message.parts)) parts[name] = newest(parts[name], part, message.at);
  if (parts.clock?.value) setAhead(parts.clock.value.ahead);
  change({ parts, connection });
}

function newest(before, part, at) {
  if (part === null) return { value: null, lines: [], at, problem: null };
  if ('unreadable' in part)
    return {
      value: before?.value,
      lines: before?.lines ?? [],
      at: before?.at ?? null,
      problem: { says: part.unreadable, since: before?.problem?.since ?? at },
    };
  return { value: part.read, lines: part.lines ?? [], at, problem: null };
}

/** Reads what the console is about, then follows what changes. */
export async function begin() {
  for (;;) {
    try {
      change({ about: await get('about'), refused: null });
      break;
    } catch (error) {
      change({ refused: error.message });
      if (error.status === 401 || error.status === 403) return;
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
  await follow({
    hear,
    lost: () => {
      const { connection } = state;
      const since = connection.since ?? connection.heard ?? Date.now();
      change({ connection: { ...connection, state: 'lost', since } });
    },
    refused: (says) => change({ refused: says }),
  });
}

/** Reads something when its fields or `version` change. Returns { value, problem, at, busy }; an older value stays while it is read again. */
export function useRead(name, fields, version = '') {
  const [found, set] = useState({ value: undefined, problem: null, at: null, busy: true });
  const asked = JSON.stringify([name, fields]);
  useEffect(() => {
    let isCurrent = true;
    set((before) => ({ ...before, busy: true, ...(before.asked === asked ? {} : { value: undefined }) }));
    get(name, fields).then(
      (value) => isCurrent && set({ value, problem: null, at: Date.now(), busy: false, asked }),
      (error) => isCurrent && set((before) => ({ ...before, problem: error.message, busy: false, asked })),
    );
    return () => {
      isCurrent = false;
    };
  }, [asked, version]);
  return found;
}
