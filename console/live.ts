import type { Backend, Json } from './backend.ts';

/** A message to a browser: the parts that changed, or that the connection is alive. */
export type Message =
  | { readonly type: 'parts'; readonly at: string; readonly parts: Readonly<Record<string, Json>> }
  | { readonly type: 'alive'; readonly at: string }
  | { readonly type: 'failed'; readonly at: string; readonly says: string };
type Listener = (message: Message) => void;
type Speed = 'fast' | 'slow';

/** Milliseconds from a change to the read: changes come in swarms, and each read is some twenty requests. */
const pause = 60;
/**
 * Milliseconds from a read that a change has asked for to one more: a change may be reported when it is asked for, which is a little before it
 * is stored.
 */
const settle = 400;
/** A browser takes a connection for lost if it hears nothing for three times this long. */
export const aliveEvery = 5000;

/**
 * Reads the present state for all browsers together, while there is one, and sends each the parts that changed.
 *
 * Without a browser nothing is read. One that comes later gets all parts as they were read last, and what changes after.
 */
export function live(backend: Pick<Backend, 'parts' | 'every' | 'changes'>) {
  const listeners = new Set<Listener>();
  const known = new Map<string, string>();
  let stop: AbortController | undefined;

  const tell = (message: Message) => {
    for (const one of listeners) one(message);
  };
  const read = async (speed: Speed) => {
    try {
      const found = Object.entries(await backend.parts[speed]());
      const at = new Date().toISOString();
      const changed = found.filter(([name, value]) => known.get(name) !== JSON.stringify(value));
      for (const [name, value] of changed) known.set(name, JSON.stringify(value));
      tell(changed.length > 0 ? { type: 'parts', at, parts: Object.fromEntries(changed) } : { type: 'alive', at });
    } catch (error) {
      tell({ type: 'failed', at: new Date().toISOString(), says: (error as Error).message });
    }
  };
  const begin = () => {
    stop = new AbortController();
    const { signal } = stop;
    const fast = rounds(() => read('fast'), backend.every.fast, signal);
    rounds(() => read('slow'), backend.every.slow, signal);
    void backend.changes?.(fast, signal).catch(() => {}); // the rounds go on at their intervals
  };
  return {
    /** Adds a browser; the returned function removes it. */
    listen: (listener: Listener): (() => void) => {
      listeners.add(listener);
      const parts = Object.fromEntries([...known].map(([name, text]) => [name, JSON.parse(text) as Json]));
      if (known.size > 0) listener({ type: 'parts', at: new Date().toISOString(), parts });
      if (!stop) begin();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.abort();
        stop = undefined;
        known.clear();
      };
    },
  };
}

/**
 * Repeats `work` at an interval, never twice at once. The returned function asks for a round soon; one that is asked for during a
 * round follows it.
 */
function rounds(work: () => Promise<void>, every: number, signal: AbortSignal): () => void {
  let isRunning = false;
  let isAsked = false;
  let isReported = false;
  let next: NodeJS.Timeout | undefined;
  const round = async () => {
    isRunning = true;
    isReported = isAsked;
    isAsked = false;
    await work();
    isRunning = false;
    if (!signal.aborted) next = setTimeout(round, isAsked ? pause : isReported ? Math.min(settle, every) : every);
  };
  signal.addEventListener('abort', () => clearTimeout(next), { once: true });
  void round();
  return () => {
    if (isAsked || signal.aborted) return;
    isAsked = true;
    if (isRunning) return;
    clearTimeout(next);
    next = setTimeout(round, pause);
  };
}
