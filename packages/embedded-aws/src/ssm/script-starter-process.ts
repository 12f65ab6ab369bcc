import { runScript, type Script, type ScriptEnd } from './run-script.ts';

/** What the account and its starter of scripts say to each other. */
export type ToStarter =
  | { readonly type: 'run'; readonly run: number; readonly script: Script }
  | { readonly type: 'stop'; readonly run: number };
export type FromStarter = { readonly run: number; readonly end: ScriptEnd };

/** Starts scripts as the account asks, and lives as long as the account: their channel closes however it ends. */
const running = new Map<number, AbortController>();

process.on('message', async (message: ToStarter) => {
  if (message.type === 'stop') return running.get(message.run)?.abort();
  const stop = new AbortController();
  running.set(message.run, stop);
  const end = await runScript(message.script, stop.signal);
  running.delete(message.run);
  if (process.connected) process.send?.({ run: message.run, end } satisfies FromStarter);
});
process.on('disconnect', () => {
  for (const stop of running.values()) stop.abort();
  process.exit();
});
// A terminal's Ctrl-C reaches it too; the account decides what ends then.
process.on('SIGINT', () => {});
