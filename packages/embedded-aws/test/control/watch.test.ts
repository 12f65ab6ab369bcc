import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { watchers } from '../../src/control/watch.ts';
import { openEndpoint } from '../../src/wire/endpoint.ts';

/** Opens an endpoint that only streams to watchers. */
async function watched() {
  const clock = new VirtualClock(Date.parse('2026-01-05T09:00:00Z'));
  const watch = watchers(() => clock);
  const endpoint = await openEndpoint({
    port: 0,
    clock,
    services: {},
    httpServices: {},
    control: async (_method, _path, _body, response) => watch.add(response),
    callerOf: () => ({ arn: 'anybody' }),
    requestId: () => '1',
    answered: () => false,
    requested: () => {},
  });
  onTestFinished(() => endpoint.close());
  const open = async (signal?: AbortSignal) => {
    const { body } = await fetch(`${endpoint.url}/_account/watch`, signal ? { signal } : {});
    return (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  };
  return { clock, watch, open };
}

test('a watcher receives one JSON line per event, with the account’s time', async () => {
  const { clock, watch, open } = await watched();
  const reader = await open();
  await clock.run(Date.parse('2026-01-05T09:00:07Z'));
  watch.tell({ service: 'ssm', event: 'CommandSent', command: 'c-1' });
  expect((await reader.read()).value).toBe(
    '{"at":"2026-01-05T09:00:07.000Z","service":"ssm","event":"CommandSent","command":"c-1"}\n',
  );
});

test('every watcher receives an event', async () => {
  const { watch, open } = await watched();
  const readers = [await open(), await open()];
  watch.tell({ service: 'ssm', event: 'CommandSent' });
  const lines = await Promise.all(readers.map(async (reader) => (await reader.read()).value));
  expect(lines[0]).toBe(lines[1]);
});

test('a watcher does not receive earlier events', async () => {
  const { watch, open } = await watched();
  watch.tell({ service: 'ssm', event: 'Before' });
  const reader = await open();
  watch.tell({ service: 'ssm', event: 'After' });
  expect((await reader.read()).value).toContain('After');
});

test('a watcher who left does not keep an event from the others', async () => {
  const { watch, open } = await watched();
  const leaving = new AbortController();
  const gone = await open(leaving.signal);
  const stays = await open();
  gone.closed.catch(() => {});
  leaving.abort();
  await sleep(20);
  watch.tell({ service: 'ssm', event: 'CommandSent' });
  expect((await stays.read()).value).toContain('CommandSent');
});

test('the stream ends when the account closes', async () => {
  const { watch, open } = await watched();
  const reader = await open();
  watch.close();
  expect(await reader.read()).toMatchObject({ done: true });
});

test('a watcher of this process receives what a reader of the line gets', () => {
  const watch = watchers(() => new VirtualClock(0));
  const [lines, heard]: [string[], unknown[]] = [[], []];
  const stream = { writeHead: () => {}, flushHeaders: () => {}, end: () => {}, on: () => {} };
  watch.add({ ...stream, write: (line) => lines.push(line) });
  watch.add({ ...stream, hear: (event) => heard.push(event) });
  const output = { date: new Date(0), list: [undefined, 1], nothing: undefined };
  watch.tell({
    service: 's',
    event: 'e',
    text: 'x',
    no: false,
    none: null,
    zero: 0,
    nan: Number.NaN,
    gone: undefined,
    output,
  });
  expect(heard).toStrictEqual(lines.map((line) => JSON.parse(line)));
  output.list.push(2);
  expect(heard).toStrictEqual(lines.map((line) => JSON.parse(line))); // what it received does not change afterwards
});

test('no watcher of this process can change what another one receives', () => {
  const watch = watchers(() => new VirtualClock(0));
  const heard: { output: { list: number[] } }[] = [];
  const stream = { writeHead: () => {}, flushHeaders: () => {}, end: () => {}, on: () => {} };
  for (let i = 0; i < 2; i++) watch.add({ ...stream, hear: (event) => heard.push(event as never) });
  watch.tell({ service: 's', event: 'e', output: { list: [1] } });
  expect(() => heard[0]?.output.list.push(2)).toThrow(TypeError);
  expect(heard[1]?.output).toEqual({ list: [1] });
});
