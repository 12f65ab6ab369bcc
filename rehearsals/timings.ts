type Heard = Readonly<Record<string, unknown>>;

/** When things happened in one execution, in seconds from its start, by what the account told. */
export function timings(heard: readonly Heard[], executionArn: string | undefined): Record<string, unknown> {
  const own = heard.filter(({ execution }) => execution === executionArn);
  const started = own.find(({ event }) => event === 'ExecutionStarted');
  if (!started) return {};
  const since = (at: unknown) => Math.round(Date.parse(String(at)) - Date.parse(String(started['at']))) / 1000;
  const command = heard.find(({ event, at }) => event === 'CommandSent' && String(at) >= String(started['at']));
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
