import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InvalidFile } from '../../config/yaml/invalid-file.ts';
import { parseYaml } from '../../config/yaml/read-yaml.ts';
import { storySchema } from '../../rehearsals/story.ts';

const folder = join(import.meta.dirname, '../../rehearsals/stories');
const parse = (text: string) => parseYaml(storySchema, 'story.yaml', text);

/** Returns the mistakes in a story, one sentence each. */
function mistakes(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (error instanceof InvalidFile) return error.mistakes;
    throw error;
  }
}

const story = (action: string, then = '{ ending: Rolled back }') =>
  `name: A story\nwhen:\n  - ${action}\nthen: ${then}\n`;
/** The keys of an entry under `when`, besides `at`. */
const actions =
  'start, stop, redrive, look, prepare, ready, contacts, subscribe, halt, resume, orders, release, brakes, answer, ack, annotate, review, task, host, script, aws, function, fault, heal, silence, market, alarm, event, monitor, rule, rollout, secret, code, redeploy, deployed, verified';
const START = '{ at: 0s, start: { phase: 1 } }';

test('a story needs name, when and then; the rest has defaults', () => {
  expect(parse(story(START))).toEqual({
    name: 'A story',
    environment: 'local',
    hosts: 3,
    hybrid: 0,
    lasts: 0,
    given: [],
    when: [{ at: 0, start: { phase: 1 } }],
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    then: [{ ending: 'Rolled back' }],
  });
});

test.each([
  ['0s', 0],
  ['90s', 90],
  ['15m', 900],
  ['2h', 7200],
])('%s is %i seconds from the start', (text, seconds) => {
  expect(parse(story(`{ at: ${text}, start: { phase: 1 } }`)).when[0]?.at).toBe(seconds);
});

test.each([
  '{ at: 0s, start: { phase: 1, input: { severity: HIGH } } }',
  '{ at: 0s, start: { phase: 1, name: drill-7, as: ana@rollback-local-operator } }',
  '{ at: 0s, start: { phase: 1, name: drill-7, refused: ExecutionAlreadyExists } }',
  '{ at: 50s, stop: { phase: 1 } }',
  '{ at: 0s, stop: { phase: 1, in: Clear corrupted cache } }',
  '{ at: 0s, stop: { phase: 1, in: Clear corrupted cache, after: 2s } }',
  '{ at: 50s, redrive: { phase: 1 } }',
  '{ at: 50s, redrive: { phase: 1, as: ana@rollback-local-approver, refused: AccessDenied } }',
  '{ at: 0s, monitor: { layer: safety, alarm: phase-1-data_corruption } }',
  '{ at: 0s, look: { check: health, quick: true } }',
  '{ at: 0s, look: { check: verify, phase: 1 } }',
  '{ at: 0s, release: { operator: ana, reason: mended } }',
  '{ at: 40s, answer: { answer: rollback, operator: ana } }',
  '{ at: 40s, answer: { answer: stand-down, operator: ana, reason: all well, phase: 1, as: ana } }',
  '{ at: 40s, answer: { answer: rollback, operator: ben, as: ben@rollback-local-operator, refused: decided } }',
  '{ at: 40s, answer: { answer: rollback, operator: ana, rollback: some-id } }',
  '{ at: 40s, annotate: { phase: 1, operator: ana, root_cause: leak, prevention_measures: [alarm], false_positive: true } }',
  '{ at: 40s, annotate: { rollback: some-id, operator: ana, links: ["ftp://x"], refused: links } }',
  '{ at: 40s, review: { phase: 1, operator: ana, verdict: right, reason: corrupt, as: ana@rollback-local-approver } }',
  '{ at: 5m, silence: { phase: 2 } }',
  '{ at: 5m, silence: { phase: 2, metrics: [LatencyMs, Accuracy], for: 90s } }',
  '{ at: 5s, host: { name: host-2, state: unreachable } }',
  '{ at: 5s, host: { name: host-2, state: untagged } }',
  '{ at: 5s, host: { name: host-2, does: dirty-tree } }',
  '{ at: 5s, host: { name: host-2, does: lock-database, for: 90s } }',
  '{ at: 5s, host: { name: host-2, reboots: 90s } }',
  '{ at: 5s, host: { name: host-2, flags: stale, for: 3m } }',
  '{ at: 5s, host: { name: host-2, clock: +90s } }',
  '{ at: 5s, host: { name: host-2, clock: -10m } }',
  '{ at: 5s, code: { version: v1.4.0 } }',
  '{ at: 5s, code: { version: v1.4.0, host: host-2 } }',
  '{ at: 5s, redeploy: { version: v1.4.0, every: 30m, times: 2 } }',
  '{ at: 0s, script: { step: clear-corrupted-cache, host: host-1, fails: 2 } }',
  '{ at: 0s, script: { step: clear-corrupted-cache, host: host-1, hangs: true } }',
  '{ at: 0s, script: { step: clear-corrupted-cache, host: host-1, says: twice, times: 1 } }',
  '{ at: 0s, aws: { action: "ssm:SendCommand", fails: 2, error: ThrottlingException } }',
  '{ at: 0s, aws: { action: "ssm:SendCommand", fails: 1, error: InternalServerError, done: true } }',
  '{ at: 0s, aws: { action: "ssm:SendCommand", fails: 1, error: GarbledResponse } }',
  '{ at: 0s, aws: { action: "ssm:SendCommand", fails: 1, error: ThrottlingException, caller: run-on-hosts } }',
  '{ at: 0s, aws: { action: "dynamodb:PutItem", resource: app-history, for: 2m, error: InternalServerError } }',
  '{ at: 0s, function: { name: run-on-hosts, does: throttled, times: 2 } }',
  '{ at: 0s, function: { name: reconcile, does: throttled, for: 5m } }',
  '{ at: 0s, function: { name: run-on-hosts, does: times-out, times: 1 } }',
  '{ at: 0s, function: { name: close-rollback, does: crashes, after: 3, times: 1 } }',
  '{ at: 0s, fault: { phase: 1, trigger: data_corruption } }',
  '{ at: 0s, fault: { phase: 2, trigger: performance_degradation, degradation: 20 } }',
  '{ at: 5m, heal: { phase: 2 } }',
  '{ at: 30s, alarm: { phase: 1, trigger: security_issue, state: ALARM } }',
  '{ at: 0s, alarm: { phase: 1, trigger: performance_degradation, variant: latency-crisis, state: OK } }',
  '{ at: 0s, event: { source: aws.cloudwatch, lose: all } }',
  '{ at: 0s, event: { source: aws.cloudwatch, duplicate: 3 } }',
  '{ at: 0s, event: { source: aws.cloudwatch, delay: 90s } }',
  '{ at: 0s, rule: { name: every-minute, state: disabled } }',
  '{ at: 0s, rollout: { flag: order_routing, value: v2, strategy: AppConfig.AllAtOnce } }',
])('accepts %s', (action) => {
  expect(mistakes(story(action))).toEqual([]);
});

test('a story accepts a deployment up to two weeks before its start', () => {
  const given = (at: string) =>
    parse(`given:\n  - deployed: { phase: 1, version: v1.4.0, at: ${at} }\n${story(START)}`).given;
  expect(given('-10m')).toEqual([{ deployed: { phase: 1, version: 'v1.4.0', at: -600 } }]);
  expect(given('-336h')).toEqual([{ deployed: { phase: 1, version: 'v1.4.0', at: -14 * 86_400 } }]);
  expect(() => given('-337h')).toThrow(/at most -336h/);
  expect(() => given('10m')).toThrow(/before the start/);
});

describe('a mistake is reported with its line, what was expected and what was found:', () => {
  test.each([
    [
      'an unknown key',
      'name: A\nwhenn: []\n',
      "story.yaml:2: expected one of the keys name, environment, trust, host_cap, canary, calendar, follow_up, hosts, hybrid, lasts, given, when, then, found 'whenn'; did you mean when?",
    ],
    [
      'an unknown action',
      story('{ at: 0s, explode: { phase: 1 } }'),
      `story.yaml:3: when.0: expected one of the keys at, ${actions}, found 'explode'`,
    ],
    [
      'an unknown key of an action',
      story('{ at: 0s, start: { phase: 1, severity: HIGH } }'),
      "story.yaml:3: when.0.start: expected one of the keys phase, input, name, as, refused, found 'severity'",
    ],
    [
      'an entry without an action',
      story('{ at: 0s }'),
      `story.yaml:3: when.0: expected at and exactly one of ${actions}, found {"at":"0s"}`,
    ],
    [
      'two actions in one entry',
      story('{ at: 0s, start: { phase: 1 }, stop: { phase: 1 } }'),
      /^story\.yaml:3: when\.0: expected at and exactly one of /,
    ],
    [
      'a review of two rollbacks',
      story('{ at: 0s, review: { operator: ana, verdict: right, phase: 1, rollback: some-id } }'),
      /^story\.yaml:3: when\.0\.review: expected phase or rollback, not both/,
    ],
    [
      'an answer to two questions',
      story('{ at: 0s, answer: { answer: rollback, operator: ana, phase: 1, rollback: some-id } }'),
      /^story\.yaml:3: when\.0\.answer: expected phase or rollback, not both/,
    ],
    [
      'an answer without an operator',
      story('{ at: 0s, answer: { answer: rollback } }'),
      /^story\.yaml:3: when\.0\.answer\.operator: expected /,
    ],
    [
      'credentials that name no person',
      story('{ at: 0s, answer: { answer: rollback, operator: ana, as: a/b } }'),
      'story.yaml:3: when.0.answer.as: expected a person such as ana, or ana@POLICY, found "a/b"',
    ],
    [
      'a time without a unit',
      story('{ at: 10, start: { phase: 1 } }'),
      'story.yaml:3: when.0.at: expected a time such as 0s, 90s or 15m, found 10',
    ],
    [
      'a time of an unknown unit',
      story('{ at: 1d, start: { phase: 1 } }'),
      'story.yaml:3: when.0.at: expected a time such as 0s, 90s or 15m, found "1d"',
    ],
    [
      'a malformed host name',
      story('{ at: 0s, host: { name: web-1, state: unreachable } }'),
      'story.yaml:3: when.0.host.name: expected a host such as host-2, found "web-1"',
    ],
    [
      'an unknown state of a host',
      story('{ at: 0s, host: { name: host-1, state: asleep } }'),
      'story.yaml:3: when.0.host.state: expected one of unreachable, reachable, untagged, tagged, terminated, stopped, booted, deregistered, found "asleep"',
    ],
    [
      'a mishap that the host image does not have',
      story('{ at: 0s, host: { name: host-1, does: dirty-trees } }'),
      /^story\.yaml:3: when\.0\.host\.does: expected one of dirty-tree, lock-database, .*, found "dirty-trees"/,
    ],
    [
      'an unknown misbehaviour of a script',
      story('{ at: 0s, script: { step: clear-corrupted-cache, host: host-1, says: thrice, times: 1 } }'),
      'story.yaml:3: when.0.script.says: expected one of nothing, twice, too-much, found "thrice"; did you mean twice?',
    ],
    [
      'an action without its service',
      story('{ at: 0s, aws: { action: SendCommand, fails: 1, error: X } }'),
      'story.yaml:3: when.0.aws.action: expected an action such as ssm:SendCommand, found "SendCommand"',
    ],
    [
      'an unknown misbehaviour of a function',
      story('{ at: 0s, function: { name: reconcile, does: sleeps, times: 1 } }'),
      'story.yaml:3: when.0.function.does: expected one of throttled, times-out, crashes, found "sleeps"',
    ],
    [
      'a function fault without an end',
      story('{ at: 0s, function: { name: reconcile, does: crashes } }'),
      'story.yaml:3: when.0.function.times: expected a whole number, found nothing',
    ],
    [
      'a throttled function that sends requests',
      story('{ at: 0s, function: { name: reconcile, does: throttled, after: 2, times: 1 } }'),
      /^story\.yaml:3: when\.0\.function: expected no after, because a throttled invocation sends no requests, found /,
    ],
    [
      'a degradation by another trigger',
      story('{ at: 0s, fault: { phase: 1, trigger: data_corruption, degradation: 40 } }'),
      /^story\.yaml:3: when\.0\.fault: expected degradation only with performance_degradation, found /,
    ],
    [
      'an unknown state of a rule',
      story('{ at: 0s, rule: { name: every-minute, state: off } }'),
      'story.yaml:3: when.0.rule.state: expected one of disabled, enabled, found "off"',
    ],
    [
      'a rule by its ARN',
      story('{ at: 0s, rule: { name: "arn:aws:events", state: disabled } }'),
      'story.yaml:3: when.0.rule.name: expected the end of a rule, such as every-minute or phase-1-red, found "arn:aws:events"',
    ],
    [
      'an empty caller',
      story('{ at: 0s, aws: { action: "sns:Publish", fails: 1, error: InternalError, caller: "" } }'),
      /^story\.yaml:3: when\.0\.aws\.caller: expected /,
    ],
    [
      'a clock that is neither ahead nor behind',
      story('{ at: 0s, host: { name: host-1, clock: 90s } }'),
      'story.yaml:3: when.0.host.clock: expected a difference such as +90s or -10m, found "90s"',
    ],
    [
      'a reboot without its time',
      story('{ at: 0s, host: { name: host-1, reboots: true } }'),
      'story.yaml:3: when.0.host.reboots: expected a time such as 0s, 90s or 15m, found true',
    ],
    [
      'fresh flags',
      story('{ at: 0s, host: { name: host-1, flags: fresh } }'),
      'story.yaml:3: when.0.host.flags: expected one of stale, found "fresh"',
    ],
    [
      'code on a host that the story does not have',
      story('{ at: 0s, code: { version: v1.4.0, host: host-4 } }'),
      'story.yaml:3: when.0.code.host: expected one of the story\'s hosts, host-1 to host-3, found "host-4"',
    ],
    [
      'a stop after a time in no state',
      story('{ at: 0s, stop: { phase: 1, after: 2s } }'),
      /^story\.yaml:3: when\.0\.stop: expected after only with in, found /,
    ],
    [
      'a monitor of an unknown layer',
      story('{ at: 0s, monitor: { layer: top, alarm: phase-1-data_corruption } }'),
      'story.yaml:3: when.0.monitor.layer: expected one of normal, safety, found "top"',
    ],
    [
      'a monitor without an alarm’s name',
      story('{ at: 0s, monitor: { layer: safety, alarm: red } }'),
      'story.yaml:3: when.0.monitor.alarm: expected an alarm such as phase-1-data_corruption, found "red"',
    ],
    [
      'an empty name of an execution',
      story('{ at: 0s, start: { phase: 1, name: "" } }'),
      /^story\.yaml:3: when\.0\.start\.name: expected /,
    ],
    [
      'a redrive without its phase',
      story('{ at: 0s, redrive: {} }'),
      /^story\.yaml:3: when\.0\.redrive\.phase: expected /,
    ],
    [
      'an unknown trust',
      `trust: blind\n${story(START)}`,
      'story.yaml:1: trust: expected one of observe, approve, auto, found "blind"',
    ],
    [
      'an empty list of actions',
      'name: A\nwhen: []\nthen: { ending: Rolled back }\n',
      /^story\.yaml:2: when: expected /,
    ],
    [
      'an unknown key of an outcome',
      story(START, '{ endings: Rolled back }'),
      "story.yaml:4: then: expected one of the keys phase, execution, ending, error, begins_within, within, record, events, look, prepare, halt, resume, ready, truth, follow_up, messages, transitions, pager, chat, no_messages, flags, hosts, host, alarms, fleet, blocked, found 'endings'; did you mean ending?",
    ],
    [
      'a host that the story does not have',
      story('{ at: 0s, script: { step: clear-corrupted-cache, host: host-4, fails: 1 } }'),
      'story.yaml:3: when.0.script.host: expected one of the story\'s hosts, host-1 to host-3, found "host-4"',
    ],
    ['text that is not YAML', 'name: [A\n', /^story\.yaml:\d: expected YAML, found a mistake: /],
  ])('%s', (_, text, sentence) => {
    expect(mistakes(text)).toContainEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  test('reports all mistakes at once', () => {
    expect(mistakes('name: A\nhosts: many\nwhen:\n  - { at: soon, start: { phase: 1 } }\nthen: {}\n')).toHaveLength(2);
  });
});

test.each(readdirSync(folder))('%s is a story', (file) => {
  expect(() => parse(readFileSync(join(folder, file), 'utf8'))).not.toThrow();
});
