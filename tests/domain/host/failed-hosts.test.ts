import { expect, test } from 'vitest';
import { failedIn } from '../../../domain/host/failed-hosts.ts';

test.each([
  ['each with its reason', [{ host: 'host-2', reason: 'disk full' }], [{ host: 'host-2', reason: 'disk full' }]],
  ['by name alone, as earlier versions did', ['host-2'], [{ host: 'host-2', reason: 'without a stored reason' }]],
  ['not at all', undefined, []],
])('an event names hosts that failed %s', (_, failed, found) => {
  expect(failedIn({ failed })).toEqual(found);
});
