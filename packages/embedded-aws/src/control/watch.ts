import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock/clock.ts';
import type { Happening } from '../wire/service.ts';

/** Streams what happens in the account to every watcher, one JSON line per event, from the watcher's request on. */
export function watchers(clock: () => Clock) {
  const watching = new Set<ServerResponse>();
  return {
    tell: (happening: Happening): void => {
      if (watching.size === 0) return;
      const line = `${JSON.stringify({ at: new Date(clock().now()).toISOString(), ...happening })}\n`;
      for (const response of watching) response.write(line);
    },
    add: (response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.flushHeaders();
      watching.add(response);
      response.on('close', () => watching.delete(response));
    },
    close: (): void => {
      for (const response of watching) response.end();
    },
  };
}
