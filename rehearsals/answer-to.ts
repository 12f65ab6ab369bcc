import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Asks and waits as long as it takes: fetch gives up after five minutes, in which 300 hosts do not do much. */
export function answerTo(url: string, method: string, body?: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method }, (response) =>
      text(response).then((said) => resolve({ status: response.statusCode ?? 0, text: said }), reject),
    );
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
