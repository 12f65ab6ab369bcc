import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Sends an HTTP request and waits for the response without a timeout: fetch times out after five minutes, and a request
 * that lets the account's time pass may take longer with 300 hosts.
 */
export function httpRequest(url: string, method: string, body?: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { 'content-type': 'application/json' } }, (response) =>
      text(response).then((received) => resolve({ status: response.statusCode ?? 0, text: received }), reject),
    );
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
