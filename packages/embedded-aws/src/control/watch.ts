import type { Clock } from '../clock/clock.ts';
import type { Stream } from '../wire/route.ts';
import type { Happening } from '../wire/service.ts';

/** Streams what happens in the account to every watcher, one JSON line per event, from the watcher's request on. */
export function watchers(clock: () => Clock) {
  const watching = new Set<Stream>();
  return {
    tell: (happening: Happening): void => {
      if (watching.size === 0) return;
      const line = `${JSON.stringify({ at: new Date(clock().now()).toISOString(), ...happening })}\n`;
      for (const stream of watching) stream.write(line);
    },
    add: (stream: Stream): void => {
      stream.writeHead(200, { 'content-type': 'application/x-ndjson' });
      stream.flushHeaders();
      watching.add(stream);
      stream.on('close', () => watching.delete(stream));
    },
    close: (): void => {
      for (const stream of watching) stream.end();
    },
  };
}
