import { beforeEach, describe, expect, test } from 'vitest';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import { receiver } from '../../src/receiver/receiver.ts';
import { isReceiver } from '../../src/wire/receiver-path.ts';

const clock = { now: () => 1000 } as Parameters<typeof receiver>[0]['clock'];
let faults: ActionFaults;
let one: ReturnType<typeof receiver>;
beforeEach(() => {
  faults = new ActionFaults(
    () => {},
    () => clock.now(),
  );
  one = receiver({ clock, tell: () => {} }, faults);
});
const post = (body: string, path = '/_received/pager') => one.handle({ method: 'POST', path, body });

describe('a receiver', () => {
  test('stores what is posted to it, and answers 202', () => {
    expect(post('{"a":1}').status).toBe(202);
    expect(one.received()).toEqual([{ receiver: 'pager', at: 1000, body: { a: 1 } }]);
  });

  test('stores a text that is no JSON as it is', () => {
    post('hello');
    expect(one.received()[0]?.body).toBe('hello');
  });

  test.each([
    ['TooManyRequests', 429],
    ['BadRequest', 400],
    ['Unavailable', 503],
    ['NoResponse', 0],
  ])('with the fault %s answers %i, and stores nothing', (error, status) => {
    faults.add({ action: 'receiver:Post', resource: 'pager', error, fails: 1 });
    expect(post('{}').status).toBe(status);
    expect(one.received()).toEqual([]);
    expect(post('{}').status).toBe(202);
  });

  test('takes no other request', () => {
    expect(one.handle({ method: 'GET', path: '/_received/pager', body: '' }).status).toBe(405);
    expect(post('{}', '/_received/').status).toBe(405);
  });
});

test.each([
  ['/_received/pager', true],
  ['/_account/received', false],
  ['/', false],
])('the path %s belongs to a receiver: %s', (path, expected) => {
  expect(isReceiver(path)).toBe(expected);
});
