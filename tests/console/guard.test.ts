import { describe, expect, test } from 'vitest';
import { refusedByOrigin, refusedByToken } from '../../console/guard.ts';

const own = { host: '127.0.0.1:4000' };

describe('a request is refused', () => {
  test.each([
    ['under another name (DNS rebinding)', { host: 'evil.example:4000' }, /The Host header is "evil\.example:4000"/],
    ['under another port', { host: '127.0.0.1:4001' }, /The Host header/],
    ['without Host', {}, /The Host header is ""/],
    ['of another page', { ...own, origin: 'https://evil.example' }, /A web page of "https:\/\/evil\.example"/],
    ['of a page on another port', { ...own, origin: 'http://127.0.0.1:4001' }, /A web page of/],
    ['of a file', { ...own, origin: 'null' }, /A web page of "null"/],
    ['that a link of another page made', { ...own, 'sec-fetch-site': 'cross-site' }, /Copy the console's address/],
    ['that a page of the same site made', { ...own, 'sec-fetch-site': 'same-site' }, /Copy the console's address/],
  ])('%s', (_, headers, says) => {
    expect(refusedByOrigin(headers, 4000)).toEqual({ status: 403, says: expect.stringMatching(says) });
  });

  test.each([
    ['without a token', undefined],
    ['with a wrong token', 'Bearer wrong'],
    ['with a longer token', 'Bearer tokens'],
    ['with a token as a password', 'Basic token'],
  ])('%s', (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect(refusedByToken(headers, 'token')).toEqual({ status: 401, says: expect.stringMatching(/no token/) });
  });
});

test('a request of the own page, of the address bar and with the token is not refused', () => {
  expect(refusedByOrigin({ ...own, origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' }, 4000)).toBe(
    undefined,
  );
  expect(refusedByOrigin({ host: 'localhost:4000', 'sec-fetch-site': 'none' }, 4000)).toBe(undefined);
  expect(refusedByToken({ authorization: 'Bearer token' }, 'token')).toBe(undefined);
});
