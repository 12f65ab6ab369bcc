import type { HttpRequest, HttpResponse } from './http-service.ts';
import { errorXml } from './query.ts';

const CODE = 'UnknownOperationException';

/** The signing name of CloudWatch, which has three protocols on AWS and one here. */
const CLOUDWATCH = 'monitoring';

/**
 * Responds to a request for a service that the account does not have, or not in the request's protocol.
 *
 * A client reads an error only in the protocol of its request: XML for the Query protocol, CBOR for RPC v2, else JSON.
 * The name is that of X-Amz-Target, or of the signature; empty if the request has neither.
 */
export function unknownService({ headers }: HttpRequest, name: string): HttpResponse {
  const { words, error } = protocolOf(headers);
  if (name === '') return error('The request has no X-Amz-Target and no signature, so it names no service.');
  const protocol = name === CLOUDWATCH && words ? ` ${words}. Use an SDK or AWS CLI that sends JSON` : '';
  return error(`The embedded account has no service ${name}${protocol}.`);
}

type Protocol = { readonly words: string; readonly error: (message: string) => HttpResponse };

function protocolOf(headers: HttpRequest['headers']): Protocol {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return cbor;
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? query : json;
}

const json: Protocol = {
  words: '',
  error: (message) => ({
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': CODE },
    body: JSON.stringify({ __type: CODE, message, Message: message }),
  }),
};

const query: Protocol = {
  words: 'in the Query protocol',
  error: (message) => ({
    status: 400,
    headers: { 'content-type': 'text/xml' },
    body: errorXml('', { code: CODE, message, status: 400 }, 'none'),
  }),
};

const cbor: Protocol = {
  words: 'in the protocol RPC v2 CBOR',
  error: (message) => ({
    status: 400,
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: Buffer.concat([Buffer.of(0xa2), ...['__type', CODE, 'message', message].map(cborText)]),
  }),
};

/** Encodes a text of less than 65,536 bytes: a head of major type 3 with two bytes of length (RFC 8949, 3.1). */
function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(0x79, bytes.length >> 8, bytes.length & 0xff), bytes]);
}
