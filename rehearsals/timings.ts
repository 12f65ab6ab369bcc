import type { AccountEvent } from './account.ts';

/** Returns the times of one execution's states, first command and end, in seconds from its start; {} if it never started. */
export function timings(events: readonly AccountEvent[], executionArn: string | undefined): Record<string, unknown> {
  const own = events.filter(({ execution }) => execution === executionArn);
  const started = own.find(({ event }) => event === 'ExecutionStarted');
  if (!started) return {};
  const since = (at: unknown) => Math.round(Date.parse(String(at)) - Date.parse(String(started['at']))) / 1000;
  const command = events.find(({ event, at }) => event === 'CommandSent' && String(at) >= String(started['at']));
  const states: Record<string, number> = {};
  for (const { event, name, at } of own) if (String(event).endsWith('StateEntered')) states[String(name)] ??= since(at);
  const ended = own.at(-1);
  return {
    started_at: started['at'],
    ...(command ? { first_command_seconds: since(command['at']) } : {}),
    state_entered_seconds: states,
    ended_seconds: since(ended?.['at']),
  };
}
