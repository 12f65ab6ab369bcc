import type { Clock } from '../clock/clock.ts';
import type { AgentFile } from './host-agent.ts';

/**
 * The agents that no longer poll: their hosts keep the flags that they have.
 *
 * `seconds` absent: as long as the account is open.
 */
export function staleAgents(clock: Pick<Clock, 'now'>) {
  const all: { host: string; until: number; kept: string; met: boolean }[] = [];
  return {
    /** Stops the agent of a host that has these files now. */
    add: (host: string, files: readonly AgentFile[], seconds?: number): void => {
      const until = seconds === undefined ? Number.POSITIVE_INFINITY : clock.now() + seconds * 1000;
      all.push({ host, until, kept: textOf(files), met: false });
    },

    /** Returns whether a host keeps its files instead of these new ones. */
    keeps: (host: string, files: readonly AgentFile[]): boolean => {
      const stale = all.filter((one) => one.host === host && clock.now() < one.until);
      for (const one of stale) one.met ||= textOf(files) !== one.kept;
      return stale.length > 0;
    },

    /** Returns the agents whose hosts would have had the same flags anyway, one sentence each. */
    unmet: (): string[] =>
      all
        .filter(({ met }) => !met)
        .map(({ host }) => `the agent of ${host} had stale flags, but no flag changed meanwhile`),
  };
}

const textOf = (files: readonly AgentFile[]): string =>
  JSON.stringify(files.map(({ path, content }) => [path, content?.toString('base64')]));
