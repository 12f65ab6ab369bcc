import { expect, test } from 'vitest';
import { pathInside } from '../../src/wire/path-inside.ts';

test.each([
  ['opt/trading', '/host/opt/trading'],
  ['/opt/trading', '/host/opt/trading'],
  ['', '/host'],
  ['opt/../srv', '/host/srv'],
  ['..hidden', '/host/..hidden'],
])('the path %j stays in its folder', (path, found) => {
  expect(pathInside('/host', path)).toBe(found);
});

test.each(['..', '../host-2', '/../host-2', 'opt/../../host-2', '../host/../x'])(
  'the path %j, which leads out of its folder, is refused',
  (path) => {
    expect(() => pathInside('/host', path)).toThrow(`The path ${JSON.stringify(path)} leads out of its folder.`);
  },
);
