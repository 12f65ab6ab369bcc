import { yourName, yourReason } from '../placeholder.ts';

/** Returns the command that ends the pause by which a rollback was stopped, as its problem names it; undefined: another thing stopped it. */
export function unpauseCommand(problem: string | null, environmentWords: string): string | undefined {
  const [, paused, phase] =
    /(Automation)(?: of phase (\d+))? has been paused since .*, with running rollbacks stopped/.exec(problem ?? '') ??
    [];
  if (paused === undefined) return undefined;
  return `npm run rollback -- unpause${phase === undefined ? '' : ` --phase ${phase}`} --operator "${yourName}" --reason "${yourReason}"${environmentWords}`;
}
