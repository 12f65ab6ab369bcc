import { runScript, type Script, type ScriptEnd } from './run-script.ts';

/** The messages from the account to the process that starts scripts. */
export type ToStarter =
  | { readonly type: 'run'; readonly run: number; readonly script: Script }
  | { readonly type: 'stop'; readonly run: number };
/** The messages from that process to the account: the script's process was started, and it has ended (`end`). */
export type FromStarter = { readonly run: number; readonly end?: ScriptEnd };

/** The running scripts. This process ends with the account, because the end of the account closes their channel. */
const running = new Map<number, AbortController>();

const answer = (message: FromStarter) => {
  if (process.connected) process.send?.(message);
};

process.on('message', async (message: ToStarter) => {
  if (message.type === 'stop') return running.get(message.run)?.abort();
  const stop = new AbortController();
  running.set(message.run, stop);
  const ended = runScript(message.script, stop.signal);
  answer({ run: message.run });
  const end = await ended;
  running.delete(message.run);
  answer({ run: message.run, end });
});
process.on('disconnect', () => {
  for (const stop of running.values()) stop.abort();
  process.exit();
});
// A terminal's Ctrl-C reaches this process too. It is ignored, because the account decides which processes end.
process.on('SIGINT', () => {});
