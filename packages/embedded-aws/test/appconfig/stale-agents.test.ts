import { expect, test } from 'vitest';
import { staleAgents } from '../../src/appconfig/stale-agents.ts';

const files = (text: string) => [{ path: 'app/local/flags.json', content: Buffer.from(text) }];

/** Makes agents under a clock that the test sets. */
function agents() {
  let now = 0;
  const made = staleAgents({ now: () => now });
  const at = (milliseconds: number) => {
    now = milliseconds;
  };
  return { ...made, at };
}

test('a stale agent keeps its files until its time ends, and no other agent does', () => {
  const { add, keeps, at } = agents();
  add('host-2', files('old'), 60);
  const found = [keeps('host-2', files('new')), keeps('host-1', files('new'))];
  at(60_000);
  expect([...found, keeps('host-2', files('new'))]).toEqual([true, false, false]);
});

test('an agent without a time is stale to the end', () => {
  const { add, keeps, at } = agents();
  add('host-2', files('old'));
  at(86_400_000);
  expect(keeps('host-2', files('new'))).toBe(true);
});

test('it has met a change if its host would have had other files', () => {
  const { add, keeps, unmet } = agents();
  add('host-2', files('old'));
  keeps('host-2', files('old'));
  expect(unmet()).toEqual(['the agent of host-2 had stale flags, but no flag changed meanwhile']);
  keeps('host-2', files('new'));
  expect(unmet()).toEqual([]);
});
