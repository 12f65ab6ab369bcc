import { expect, test } from 'vitest';
import { refusedAsWebPage } from '../../src/wire/web-page.ts';

test.each([
  ['an SDK', { host: '127.0.0.1:4566' }],
  ['a client that uses the name localhost', { host: 'localhost:4566' }],
  ['a client of IPv6', { host: '[::1]:4566' }],
  [
    "the account's own page",
    { host: '127.0.0.1:4566', origin: 'http://127.0.0.1:4566', 'sec-fetch-site': 'same-origin' },
  ],
  ['a person who types the address', { host: '127.0.0.1:4566', 'sec-fetch-site': 'none' }],
])('a request of %s is accepted', (_, headers) => {
  expect(refusedAsWebPage(headers)).toBeUndefined();
});

test.each([
  ['whose name was made to lead to this machine', { host: 'evil.example:4566' }],
  ['that sends no Host', {}],
  ['of another origin', { host: '127.0.0.1:4566', origin: 'https://evil.example' }],
  ['of another port of this machine', { host: '127.0.0.1:4566', origin: 'http://127.0.0.1:8080' }],
  ['in a sandbox', { host: '127.0.0.1:4566', origin: 'null' }],
  ['that loads an image from here', { host: '127.0.0.1:4566', 'sec-fetch-site': 'cross-site' }],
  ['of another port that loads an image from here', { host: '127.0.0.1:4566', 'sec-fetch-site': 'same-site' }],
  ['with a name that begins like this machine', { host: '127.0.0.1.evil.example' }],
])('a request of a web page %s is refused', (_, headers) => {
  expect(refusedAsWebPage(headers)).toMatch(/\.$/);
});
