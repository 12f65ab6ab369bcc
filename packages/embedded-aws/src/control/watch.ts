import type { Clock } from '../clock/clock.ts';
import type { Stream } from '../wire/route.ts';
import type { Happening } from '../wire/service.ts';

/** Streams what happens in the account to every watcher, one JSON line per event, from the watcher's request on. */
export function watchers(clock: () => Clock) {
  const watching = new Set<Stream>();
  return {
    tell: (happening: Happening): void => {
      if (watching.size === 0) return;
      const event = { at: new Date(clock().now()).toISOString(), ...happening };
      let line: string | undefined;
      let read: Readonly<Record<string, unknown>> | undefined;
      for (const stream of watching)
        if (stream.hear) {
          read ??= Object.freeze(asRead(event));
          stream.hear(read);
        } else {
          line ??= `${JSON.stringify(event)}\n`;
          stream.write(line);
        }
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

/** Returns an event as a reader of its line gets it. Texts and numbers, which most members are, are the same without JSON. */
function asRead(event: Happening): Readonly<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event))
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) read[name] = value;
    else if (value !== undefined) read[name] = frozen(JSON.parse(JSON.stringify(value)));
  return read;
}

/** Freezes a value with all that is in it: all watchers of this process receive the same one. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inside of Object.values(value)) frozen(inside);
  return Object.freeze(value);
}
