import { httpRequest } from './http-request.ts';
import type { AccountEvent, Reach } from './reach.ts';

/** Reaches an account by its address. */
export const overHttp = (endpoint: string, region: string): Reach => ({
  clientOf: (person) => ({ endpoint, region, credentials: { accessKeyId: person, secretAccessKey: 'not-verified' } }),
  control: (method, path, body) => httpRequest(`${endpoint}/_account${path}`, method, body),
  watch: (hear, signal) => watch(`${endpoint}/_account/watch`, hear, signal),
});

/** Opens the stream of events. Resolves once it is open; each line of it is an event. */
async function watch(url: string, hear: (event: AccountEvent) => void, signal: AbortSignal): Promise<void> {
  const { body } = await fetch(url, { signal });
  if (!body) throw new Error(`GET ${url} responded without a body; expected a stream of events.`);
  const readLines = async () => {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(JSON.parse(line));
    }
  };
  readLines().catch(() => {}); // the signal was aborted, or the account has closed
}
