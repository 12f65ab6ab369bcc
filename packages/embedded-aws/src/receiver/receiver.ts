import type { ActionFaults } from '../faults/action-faults.ts';
import { AwsError, noResponse } from '../wire/aws-error.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-service.ts';
import { receiverPrefix } from '../wire/receiver-path.ts';
import type { Surroundings } from '../wire/service.ts';

/** A request that somebody posted to a receiver. `body`: parsed, if it is JSON. */
export type Received = { readonly receiver: string; readonly at: number; readonly body: unknown };

/**
 * Receivers of HTTP requests, for functions that post to services outside AWS: `POST /_received/NAME` is stored and
 * answered with 202. Any name is a receiver.
 *
 * The action `receiver:Post` with the resource `NAME` can have faults, as those of AWS. The error `TooManyRequests` is answered
 * with 429, `BadRequest` with 400, any other with 503; `NoResponse` is not answered.
 */
export function receiver({ clock, tell }: Pick<Surroundings, 'clock' | 'tell'>, faults: Pick<ActionFaults, 'strike'>) {
  const received: Received[] = [];
  return {
    /** Returns all requests that were answered with 202, oldest first. */
    received: (): readonly Received[] => received,

    handle: (request: Pick<HttpRequest, 'method' | 'path' | 'body'>): HttpResponse => {
      const name = nameIn(request.path);
      if (request.method !== 'POST' || name === '')
        return json(405, { status: 'error', message: `Receivers take POST ${receiverPrefix}NAME.` });
      try {
        faults.strike('receiver:Post', [{ action: 'receiver:Post', resource: name }], {});
      } catch (fault) {
        return refusal(fault as Error);
      }
      const body = parsed(String(request.body));
      received.push({ receiver: name, at: clock.now(), body });
      tell({ service: 'receiver', event: 'Received', receiver: name, body });
      return json(202, { status: 'success', message: 'Event processed' });
    },
  };
}

const nameIn = (path: string): string => (path.split('?')[0] ?? '').slice(receiverPrefix.length);

const statuses: Readonly<Record<string, number>> = { TooManyRequests: 429, BadRequest: 400 };

function refusal(fault: Error): HttpResponse {
  if (!(fault instanceof AwsError)) throw fault;
  if (fault.statusCode === noResponse) return { status: noResponse, headers: {}, body: '' };
  return json(statuses[fault.code] ?? 503, { status: 'error', message: fault.message });
}

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
