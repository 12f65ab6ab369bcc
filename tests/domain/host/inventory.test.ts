import { describe, expect, test } from 'vitest';
import {
  type Ec2Instance,
  inventoryOf,
  isMissed,
  type ManagedHost,
  nameWithReason,
  type SeenHost,
  unlistedHosts,
  type Views,
} from '../../../domain/host/inventory.ts';

const id = (n: number) => `i-${String(n).padStart(17, '0')}`;
const node = (n: number) => `mi-${String(n).padStart(17, '0')}`;
const managed = (instance_id: string, online = true): ManagedHost => ({
  instance_id,
  name: `host-${Number(instance_id.slice(-3))}`,
  online,
  agent_version: '3.3.2746.0',
});
const instance = (n: number, state: Ec2Instance['state'] = 'running'): Ec2Instance => ({
  instance_id: id(n),
  name: `ip-10-0-0-${n}`,
  state,
});
const seen = (instance_id: string): SeenHost => ({
  instance_id,
  name: `host-${Number(instance_id.slice(-3))}`,
  seen_at: '2026-03-02T09:00:00.000Z',
});
const inventory = (views: Partial<Views>) =>
  inventoryOf({
    managed: [],
    instances: [],
    seen: [],
    untagged: new Set(),
    now: Date.parse('2026-03-02T09:00:00Z'),
    ...views,
  });
const hosts = (views: Partial<Views>) =>
  inventory(views).hosts.map(({ instance_id, name, online, away }) => [instance_id, name, online, away]);

describe('the inventory has', () => {
  test('an instance that runs and whose agent responds: online', () => {
    expect(hosts({ managed: [managed(id(1))], instances: [instance(1)] })).toEqual([
      [id(1), 'host-1', true, undefined],
    ]);
  });

  test('an instance that runs and whose agent does not respond: not online', () => {
    expect(hosts({ managed: [managed(id(1), false)], instances: [instance(1)] })).toEqual([
      [id(1), 'host-1', false, undefined],
    ]);
  });

  test.each([
    ['stopped', 'its instance is stopped'],
    ['stopping', 'its instance is stopping'],
    ['pending', 'its instance is pending'],
    ['running', 'Systems Manager does not list it'],
  ] as const)('an instance that is %s and that Systems Manager does not list: %s', (state, reason) => {
    expect(hosts({ instances: [instance(1, state)] })).toEqual([[id(1), 'ip-10-0-0-1', false, reason]]);
  });

  test('an instance that EC2 stops, although its last ping makes it look online: not online', () => {
    expect(hosts({ managed: [managed(id(1))], instances: [instance(1, 'stopping')] })).toEqual([
      [id(1), 'host-1', false, 'its instance is stopping'],
    ]);
  });

  test('a stopped instance under the name by which it was seen', () => {
    expect(hosts({ instances: [instance(1, 'stopped')], seen: [seen(id(1))] })).toEqual([
      [id(1), 'host-1', false, 'its instance is stopped'],
    ]);
  });

  test('a hybrid node beside an instance, sorted by id', () => {
    const views = { managed: [managed(node(2)), managed(id(1))], instances: [instance(1)] };
    expect(hosts(views)).toEqual([
      [id(1), 'host-1', true, undefined],
      [node(2), 'host-2', true, undefined],
    ]);
  });

  test('an instance that is online and that EC2 does not list yet', () => {
    expect(hosts({ managed: [managed(id(1))] })).toEqual([[id(1), 'host-1', true, undefined]]);
  });

  test('no terminated instance, even if Systems Manager still lists it', () => {
    expect(hosts({ managed: [managed(id(1), false)] })).toEqual([]);
  });
});

describe('a host that was seen and is in no list', () => {
  test('is missing if it is a hybrid node: somebody deregistered it', () => {
    expect(inventory({ seen: [seen(node(2))] })).toEqual({
      hosts: [
        {
          instance_id: node(2),
          name: 'host-2',
          online: false,
          agent_version: '',
          away: 'it was deregistered from Systems Manager',
          missing: true,
        },
      ],
      gone: [],
      complete: true,
    });
  });

  test.each([id(1), node(1)])('is missing if it exists without its tag: %s', (one) => {
    expect(hosts({ seen: [seen(one)], untagged: new Set([one]) })).toEqual([
      [one, 'host-1', false, expect.stringMatching(/^it no longer carries the fleet's tag; it is missed until \S+Z$/)],
    ]);
  });

  test('is gone if it is an instance that does not exist: it was terminated', () => {
    expect(inventory({ seen: [seen(id(1))] })).toEqual({ hosts: [], gone: [id(1)], complete: true });
  });

  test('is missing, not gone, while EC2 does not respond', () => {
    expect(inventory({ seen: [seen(id(1))], instances: null })).toMatchObject({
      hosts: [{ name: 'host-1', away: 'Systems Manager does not list it, and EC2 did not respond' }],
      gone: [],
      complete: false,
    });
  });

  test('is to be looked for by its id; a listed one is not', () => {
    const views = { managed: [managed(node(2))], instances: [instance(1)], seen: [1, 3].map((n) => seen(id(n))) };
    expect(unlistedHosts(views).map(({ instance_id }) => instance_id)).toEqual([id(3)]);
  });

  test.each([
    ['for a day', '2026-03-03T09:00:00Z', [id(1)]],
    ['not for longer: people remove the tag to take a host out', '2026-03-03T09:00:01Z', []],
  ])('is missing without its tag %s', (_, now, found) => {
    const views = { seen: [seen(id(1))], untagged: new Set([id(1)]), now: Date.parse(now) };
    expect(inventory(views).hosts.map(({ instance_id }) => instance_id)).toEqual(found);
  });

  test.each([
    ['a week', '2026-03-09T09:00:00.000Z', true],
    ['a week and a second', '2026-03-09T09:00:01.000Z', false],
  ])('is missed after %s: %s, %s', (_, now, missed) => {
    expect(isMissed(seen(id(1)), Date.parse(now))).toBe(missed);
  });
});

test.each([
  ['the reason why it is away', { away: 'its instance is stopped' }, 'host-1 (its instance is stopped)'],
  ['its name alone, without a reason', {}, 'host-1'],
])('a host is named with %s', (_, away, text) => {
  expect(nameWithReason({ instance_id: id(1), name: 'host-1', ...away })).toBe(text);
});
