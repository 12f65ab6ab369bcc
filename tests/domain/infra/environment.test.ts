import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import { environmentSchema } from '../../../domain/infra/environment.ts';

const lines = [
  "account: '123456789012'",
  'region: eu-west-1',
  'fleet: { name: trading, tag: { key: rollback-fleet, value: trading } }',
  'host: { tree: /opt/trading, state: /var/lib/rollback, flags: /var/lib/appconfig, redis: /run/redis.sock }',
  'confirm: { in_a_row: 3, every: 20s, give_up: 10m }',
];
const parse = (line = 0, text = lines[0] ?? '') =>
  parseYaml(environmentSchema, 'staging.yaml', lines.with(line, text).join('\n'));

test('accepts an environment of AWS, without an endpoint', () => {
  expect(parse()).toMatchObject({
    account: '123456789012',
    region: 'eu-west-1',
    fleet: { name: 'trading', tag: { key: 'rollback-fleet', value: 'trading' } },
    host: { tree: '/opt/trading', state: '/var/lib/rollback', flags: '/var/lib/appconfig', redis: '/run/redis.sock' },
    confirm: { in_a_row: 3, every: 20, give_up: 600 },
    log_retention_days: 365,
  });
  expect(parse()).not.toHaveProperty('endpoint');
});

test('runs the code of the trading system by python3 on the PATH, unless it names another', () => {
  expect(parse().host.python).toBe('python3');
  const host = lines[3]?.replace('{', '{ python: /opt/trading/.venv/bin/python,');
  expect(parse(3, host).host.python).toBe('/opt/trading/.venv/bin/python');
});

test("defaults to the procedure's limits, trust approve, a review within three days and no contacts", () => {
  const { trust, contacts, questions, limits, review, brakes } = parse();
  expect({ trust, contacts, questions, limits, review, brakes }).toEqual({
    trust: 'approve',
    contacts: {},
    questions: { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' },
    limits: { CRITICAL: 15 * 60, HIGH: 3600, MEDIUM: 4 * 3600 },
    review: { within: 72 * 3600 },
    brakes: { budget: 3, cool_down: 30 * 60, watch_window: 4 * 3600, few_ill: 'ask' },
  });
});

test.each(['us-east-1', 'ap-southeast-5', 'us-gov-west-1', 'cn-northwest-1', 'eusc-de-east-1', 'il-central-1'])(
  'accepts the region %s',
  (region) => {
    expect(parse(1, `region: ${region}`)).toMatchObject({ region });
  },
);

test.each([
  ['1h', 3600],
  ['72h', 72 * 3600],
  ['720h', 720 * 3600],
])('accepts a time for reviews of %s', (within, seconds) => {
  expect(parse(4, `${lines[4]}\nreview: { within: ${within} }`).review).toEqual({ within: seconds });
});

test('accepts equal limits', () => {
  expect(parse(4, `${lines[4]}\nlimits: { CRITICAL: 1h, MEDIUM: 1h }`).limits).toEqual({
    CRITICAL: 3600,
    HIGH: 3600,
    MEDIUM: 3600,
  });
});

test('keeps the defaults that a file does not override', () => {
  const { contacts, questions } = parse(
    4,
    `${lines[4]}\ncontacts: { L1: "Ops, +44 1" }\nquestions: { confirm: 5m, choose: fix-forward }`,
  );
  expect(contacts).toEqual({ L1: 'Ops, +44 1' });
  expect(questions).toEqual({ confirm: 300, hand_over: 4 * 3600, choose: 'fix-forward' });
});

test('the environment local has trust auto, so that rehearsals show what triggers do', () => {
  const local = readFileSync(new URL('../../../infra/environments/local.yaml', import.meta.url), 'utf8');
  expect(parseYaml(environmentSchema, 'local.yaml', local).trust).toBe('auto');
});

test('accepts relative folders for hosts of the embedded account', () => {
  const local = [...lines, 'endpoint: http://127.0.0.1:4599'].with(
    3,
    'host: { tree: opt, state: var, flags: flags, redis: redis }',
  );
  expect(parseYaml(environmentSchema, 'local.yaml', local.join('\n')).host.tree).toBe('opt');
});

test.each([
  [
    'an account that YAML reads as a number',
    0,
    'account: 123456789012',
    'staging.yaml:1: account: expected an AWS account id of twelve digits, in quotes, found 123456789012',
  ],
  [
    'a short account',
    0,
    "account: '12'",
    'staging.yaml:1: account: expected an AWS account id of twelve digits, in quotes, found "12"',
  ],
  [
    'a text that is not a region',
    1,
    'region: Dublin',
    'staging.yaml:2: region: expected an AWS region such as eu-west-1, found "Dublin"',
  ],
  [
    'a region with a misspelt direction',
    1,
    'region: us-est-1',
    'staging.yaml:2: region: expected an AWS region such as eu-west-1, found "us-est-1"',
  ],
  [
    'a limit longer than that of a lesser severity',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\nlimits: { HIGH: 5h }',
    'staging.yaml:6: limits: expected no limit longer than the limit of a lesser severity (defaults: CRITICAL 15m, HIGH 60m, MEDIUM 240m), found {"HIGH":"5h"}',
  ],
  [
    'a limit shorter than the default of a worse severity',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\nlimits: { MEDIUM: 30m }',
    'staging.yaml:6: limits: expected no limit longer than the limit of a lesser severity (defaults: CRITICAL 15m, HIGH 60m, MEDIUM 240m), found {"MEDIUM":"30m"}',
  ],
  [
    'an endpoint that is not an address',
    1,
    'region: eu-west-1\nendpoint: here',
    'staging.yaml:3: endpoint: expected an address such as http://127.0.0.1:4599, found "here"',
  ],
  [
    'a fleet without a tag',
    2,
    'fleet: { name: trading }',
    'staging.yaml:3: fleet.tag: expected a mapping, found nothing',
  ],
  [
    'a folder with a blank',
    3,
    'host: { tree: "/opt/a b", state: /var, flags: /var }',
    'staging.yaml:4: host.tree: expected a folder such as /opt/trading, without .., found "/opt/a b"',
  ],
  [
    'no folder for flags',
    3,
    'host: { tree: /opt/trading, state: /var }',
    'staging.yaml:4: host.flags: expected a folder such as /opt/trading, without .., found nothing',
  ],
  [
    'a relative folder on a real host',
    3,
    'host: { tree: opt/trading, state: /var, flags: /var, redis: /run/redis.sock }',
    'staging.yaml:4: host.tree: expected an absolute path: only hosts of the embedded account may have a relative one, found "opt/trading"',
  ],
  [
    'a relative Python on a real host',
    3,
    'host: { tree: /opt/t, state: /var, flags: /var, redis: /run/redis.sock, python: .venv/bin/python }',
    'staging.yaml:4: host.python: expected an absolute path: only hosts of the embedded account may have a relative one, found ".venv/bin/python"',
  ],
  [
    'a retention that CloudWatch Logs does not know',
    4,
    'log_retention_days: 100\nconfirm: { in_a_row: 3, every: 20s, give_up: 10m }',
    'staging.yaml:5: log_retention_days: expected one of 1, 3, 5, 7, 14, 30,',
  ],
  [
    'a recovery without checks',
    4,
    'confirm: { in_a_row: 0, every: 20s, give_up: 10m }',
    'staging.yaml:5: confirm.in_a_row: expected at least 1, found 0',
  ],
  [
    'an unknown trust',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\ntrust: always',
    'staging.yaml:6: trust: expected one of observe, approve, auto, found "always"',
  ],
  [
    "contacts too long for the functions' settings",
    4,
    `confirm: { in_a_row: 3, every: 20s, give_up: 10m }\ncontacts: { ${['L1', 'L2', 'L3', 'L4'].map((level) => `${level}: ${'x'.repeat(176)}`).join(', ')} }`,
    /^staging\.yaml:6: contacts: expected contacts of at most 700 characters in total, found /,
  ],
  [
    'a fifth level of contacts',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\ncontacts: { L5: ana }',
    "staging.yaml:6: contacts: expected one of the keys L1, L2, L3, L4, data_vendor, cloud, database, found 'L5'",
  ],
  [
    'a contact of two lines',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\ncontacts: { L1: "ana\\nbo" }',
    'staging.yaml:6: contacts.L1: expected one line, such as Ana, +44 20 7946 0000, found "ana\\nbo"',
  ],
  [
    'a folder that leads out of itself',
    3,
    'host: { tree: /opt/../etc, state: /var, flags: /var }',
    'staging.yaml:4: host.tree: expected a folder such as /opt/trading, without .., found "/opt/../etc"',
  ],
  [
    'a time for reviews in minutes',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\nreview: { within: 90m }',
    'staging.yaml:6: review.within: expected whole hours from 1h to 720h, which is 30 days, found "90m"',
  ],
  [
    'a time for reviews of more than 30 days',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 10m }\nreview: { within: 721h }',
    'staging.yaml:6: review.within: expected whole hours from 1h to 720h, which is 30 days, found "721h"',
  ],
  [
    'a give_up shorter than the checks',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 59s }',
    'staging.yaml:5: confirm.give_up: expected enough time for in_a_row checks, one every `every`, found "59s"',
  ],
  [
    'a give_up longer than any limit, reported once',
    4,
    'confirm: { in_a_row: 3, every: 20s, give_up: 5h }',
    /^staging\.yaml:5: confirm\.give_up: expected at most 4h, the longest limit of a rollback, found "5h"$/,
  ],
])('refuses %s', (_, line, text, message) => {
  expect(() => parse(line, text)).toThrow(message);
});
