import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { functionNames } from '../../../cdk/tasks/bundle.ts';
import type { Clients } from '../../../lambdas/wiring/aws-clients.ts';
import { functions, type Wire } from '../../../lambdas/wiring/functions.ts';
import { settingsFrom } from '../../../lambdas/wiring/settings.ts';
import { settings as decisionSettings } from '../deciding-stores.ts';

/** Settings as the stack sets them, of all functions together. */
const settings = settingsFrom({
  STATE_TABLE: 'state',
  HALT_MACHINE: 'arn:halt',
  HALT_FAILED: 'SUBJECT: failed\n\nfailed',
  HISTORY_TABLE: 'history',
  ENVIRONMENT: 'test',
  EXPORT_BUCKET: 'rollback-test-history-000000000000-eu-west-1',
  FLEET: 'trading',
  FLEET_TAG_KEY: 'rollback-fleet',
  FLEET_TAG_VALUE: 'trading',
  SETTINGS: JSON.stringify(decisionSettings),
  CONFIRM: JSON.stringify(decisionSettings.confirm),
  LIMITS: JSON.stringify(decisionSettings.limits),
  PROBES: JSON.stringify({ in_a_row: 3, every_seconds: 10, give_up_seconds: 300 }),
  PHASES: '[1]',
  CALENDAR: '{}',
  DOCUMENTS: '{}',
  HALT_ON_CRITICAL: '[]',
  RUNBOOK: 'docs/runbook.md',
  ACCESS_PORTAL: 'none',
  CONTACTS: JSON.stringify({ technical_lead: { name: 'Ana', phone: '+1 555 0100' } }),
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:operators',
  LIMIT_MISSED: 'Subject: late\n\nlate',
  TEMPLATES: '{}',
  REVIEW_WITHIN: '259200',
  ALARM_METRICS: '{}',
  TRADING_LOGS: '{"groups":[],"like":"error"}',
  BLIND_TRIGGERS: '[]',
  MACHINE_ARN_PREFIX: 'arn:machine-',
  ALARM_ARN_PREFIX: 'arn:alarm:',
  EXECUTION_ARN_PREFIX: 'arn:execution:',
  SEVERITIES: '{}',
  TARGETS: '{}',
  FLAGS_APPLICATION: 'a',
  FLAGS_ENVIRONMENT: 'b',
  FLAGS_PROFILE: 'c',
  FLAGS_SAFETY_ENVIRONMENT: 'd',
  RESTORED: '{}',
  HOLDING: 'null',
  FLAGS_OVERRIDES_PROFILE: 'e',
  FLAGS_IMMEDIATE_STRATEGY: 'f',
  FLAGS_LINEAR_STRATEGY: 'g',
  FLAGS_CANARY_STRATEGY: 'h',
  FIRST_FLAGS: '{}',
  TRUST_EVIDENCE: '{"needed":false,"oldest":null}',
  READY: '{}',
  METRICS_NAMESPACE: 'Trading',
  DOCUMENT: '{}',
  COMMAND: '{}',
  BRAKES: '{}',
  WATCHED_METRICS: '[]',
  FLAG_MONITORS: '[]',
  LOAD: 'none',
  OWN_PATHS: '[]',
  LIMITS_OF_TIMES: '{"embedded":true}',
  MACHINES: '{}',
  CHAT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:rollback-local-chat',
  ROUTING_KEY_PARAMETER: '/rollback/pager',
  PAGER_ENDPOINT: 'https://events.pagerduty.com/v2/enqueue',
  TRADING_CONTACT: 'Exchange desk, +1 312 555 0100',
  TRADING_RULES: '{}',
});

/** Fails a test whose wiring uses a client: only a handler may, once it is called. */
const untouched = <Client extends object>() =>
  new Proxy({} as Client, {
    get: (_, name) => {
      throw new Error(`The wiring read ${String(name)} of an AWS client.`);
    },
  });
const clients: Clients = {
  appConfig: untouched(),
  cloudWatch: untouched(),
  cloudWatchLogs: untouched(),
  dynamoDb: untouched(),
  ec2: untouched(),
  eventBridge: untouched(),
  lambda: untouched(),
  post: async () => {
    throw new Error('The wiring posted.');
  },
  promptCloudWatch: untouched(),
  s3: untouched(),
  sns: untouched(),
  ssm: untouched(),
  stepFunctions: untouched(),
};
const clock = { now: () => 0, sleep: async () => {} };
const pascal = (name: string) => name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

test('lists every function', () => {
  expect(Object.keys(functions).toSorted()).toEqual(functionNames());
});

describe.each(Object.entries<Wire>(functions))('%s', (name, wire) => {
  test('is wired from clients, settings and a clock alone, without a call to AWS', () => {
    expect(wire(clients, settings, clock)).toBeTypeOf('function');
  });

  test('names a setting that is missing', () => {
    expect(() => wire(clients, settingsFrom({}), clock)).toThrow(/^[A-Z_]+ is not set\./);
  });

  test('has an index.ts that calls its wiring with the real clients, settings and clock', () => {
    const text = readFileSync(new URL(`../../../lambdas/${name}/index.ts`, import.meta.url), 'utf8');
    const code = text.replaceAll(/^import [^;]*;\n/gm, '').replaceAll(/^\n/gm, '');
    expect(code.trim()).toMatch(
      new RegExp(
        `^const clients = \\{[\\w\\s:(),]+\\};\nexport const handler = wire${pascal(name)}\\(clients, settingsFrom\\(process\\.env\\)(, systemClock)?\\);$`,
      ),
    );
  });
});
