import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../config/environments.ts';
import { parseAnnotation } from '../../domain/afterwards/annotation.ts';
import { parseReview } from '../../domain/afterwards/review.ts';
import { parseBrakes } from '../../domain/brakes/brakes-request.ts';
import { parseBeforeRequest } from '../../domain/decision/before-request.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { parseSetFlag } from '../../domain/flags/set-flag-request.ts';
import { parseHostCheckRequest } from '../../domain/host/host-check.ts';
import { mistakenPlaceholder } from '../../domain/placeholder.ts';
import { parseAnswer } from '../../domain/question/answer.ts';
import { type Retrier, transientErrors } from '../../statemachines/asl.ts';
import { transientErrorsOnHosts } from '../../statemachines/states/host-tasks.ts';
import { headings } from './headings.ts';

const page = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const sections = page.split(/^(?=## )/m).slice(1);
const pageOf = (anchor: string) => sections.find((one) => headings(one)[0] === anchor) ?? '';
const detailsOf = (section: string) => section.split('\n**Details**\n')[1] ?? '';

/** The lines of a section before its details, without the heading, empty lines and the marks of code blocks. */
const firstScreen = (section: string) =>
  (section.split('\n**Details**\n')[0] ?? '')
    .split('\n')
    .slice(1)
    .filter((line) => !['', '```'].includes(line.trim()));

/** Without the commands: a person pastes them, and does not read them. */
const proseOf = (section: string) => firstScreen(section.replaceAll(/^ *```\n[\s\S]*?^ *```\n/gm, ''));

describe.each(sections.map((one) => [headings(one)[0], one] as const))('the page of %s', (_, section) => {
  test('begins with what happened, what to do now and when that is done', () => {
    const parts = ['What happened.', 'What to do now.', 'Done when'];
    const found = parts.map((part) => firstScreen(section).findIndex((line) => line.startsWith(`**${part}**`)));
    expect(found[0]).toBe(0);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(detailsOf(section)).not.toBe('');
  });

  test('fits its first part on a phone: 20 lines of at most 64 characters, commands apart', () => {
    expect(firstScreen(section).length).toBeLessThanOrEqual(20);
    expect(proseOf(section).filter((line) => line.length > 64)).toEqual([]);
  });
});

/** Every code block, fenced or indented, without its indentation. */
const blocks = [...page.matchAll(/^ *```\n([\s\S]*?)^ *```\n|(?<=\n\n)((?: {4}\S.*\n)+)/gm)].map(
  ([, fenced = '', indented = '']) => (fenced || indented).trim(),
);

describe('a code block', () => {
  test('is one command or one input, because pasting a block runs all of it', () => {
    expect(blocks.length).toBeGreaterThan(60);
    expect(blocks.filter((block) => block.includes('\n'))).toEqual([]);
  });

  test('contains only words to replace that the top of the page explains', () => {
    const words = new Set(blocks.flatMap((block) => block.match(/(?<![\w-])[A-Z]+(?![\w-])/g) ?? []));
    const [top = ''] = page.split('\n### ');
    const names = ['AWS', 'FAILED', 'HIGH', 'RECORD', 'S']; // of services, values, an item, DynamoDB's type of a text
    expect([...words].filter((word) => !names.includes(word) && !top.includes(word))).toEqual([]);
  });

  test.each([
    ['operator', /--operator (".*?"|\S+)|"operator": (".*?")/g],
    ['reason', /--reason (".*?"|\S+)|"reason": (".*?")/g],
    ['version', /--version (".*?"|\S+)|"version": (".*?")/g],
  ])('gives as %s a placeholder that is refused', (_, pattern) => {
    const values = [...page.matchAll(pattern)].map(([, option, key]) => (option ?? key ?? '').replaceAll('"', ''));
    expect(values.length).toBeGreaterThan(0);
    expect(values.filter((value) => mistakenPlaceholder(value) === undefined)).toEqual([]);
  });
});

describe('without a checkout', () => {
  const commands = {
    start: 'phase-N',
    plan: 'phase-N',
    drill: 'phase-N',
    release: 'release',
    decide: 'decide',
    health: 'look',
    verify: 'look',
    deployed: 'record-deployment',
    prepare: 'prepare-deployment',
    ready: 'check-readiness',
    contacts: 'confirm-contacts',
    annotate: 'annotate',
    review: 'review',
    pause: 'brakes',
    unpause: 'brakes',
    arm: 'brakes',
    freeze: 'brakes',
    unfreeze: 'brakes',
    block: 'brakes',
    unblock: 'brakes',
    withdraw: 'brakes',
    'flags set': 'change-flag',
  };

  test('every page with a command names the machine that does the same', () => {
    const missing = sections.flatMap((section) =>
      Object.entries(commands)
        .filter(([command]) => section.includes(`npm run rollback -- ${command} `))
        .filter(([, machine]) => !section.includes(`\`rollback-production-${machine}\``))
        .map(([command]) => `${headings(section)[0]}: ${command}`),
    );
    expect(missing).toEqual([]);
  });

  test.each(['start', 'plan'])('the input for %s --before is accepted once its words are replaced', (command) => {
    const [, input = ''] =
      new RegExp(`^\\| \`${command} --before N\` \\| \`.*\` \\| \`(.*)\` \\|$`, 'm').exec(page) ?? [];
    expect(parseBeforeRequest(JSON.parse(input.replace(/\bN\b/, '3')), [1, 2, 3, 4])).toMatchObject({ before: 3 });
  });

  test.each<[keyof typeof commands, (input: unknown) => unknown]>([
    ['start', parseRollbackRequest],
    ['plan', parseRollbackRequest],
    ['drill', parseRollbackRequest],
    ['release', parseReleaseRequest],
    ['decide', parseAnswer],
    ['annotate', parseAnnotation],
    ['review', parseReview],
    ['flags set', parseSetFlag],
    ['pause', parseBrakes],
    ['unpause', parseBrakes],
    ['arm', parseBrakes],
    ['freeze', parseBrakes],
    ['unfreeze', parseBrakes],
    ['block', parseBrakes],
    ['unblock', parseBrakes],
    ['withdraw', parseBrakes],
    ['health', parseHostCheckRequest],
    ['verify', parseHostCheckRequest],
  ])('the input for %s is accepted once its words are replaced', (command, parse) => {
    const row = new RegExp(`^\\| \`${command}.*rollback-production-${commands[command]}\` \\| \`(.*)\` \\|$`, 'm');
    const [, input = ''] = row.exec(page) ?? [];
    const filledIn = input
      .replace('YOUR NAME', 'ana')
      .replace('WHY', 'host-2 repaired')
      .replace(/\bN\b/, '1')
      .replace('"NAME"', '"data_source"')
      .replace('VERSION', 'v1.4.0');
    expect(parse(JSON.parse(filledIn))).not.toHaveProperty('refused');
  });
});

// The operator may run every other command: tests/cdk/people/calls.test.ts.
describe('a step names who may do it if the operator may not', () => {
  const steps = page.split(/\n(?=\d+\. |\*\*|##)/);
  test.each([
    [' deployed ', /npm run rollback -- deployed /, '`rollback-production-deployer`'],
    [' sns ', /aws sns /, "deployment's administrator"],
    [' cloudtrail ', /aws cloudtrail /, 'role that\n   may read CloudTrail'],
  ])('%s', (_, command, who) => {
    const found = steps.filter((step) => command.test(step));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((step) => !step.replaceAll("deployment's\n   adm", "deployment's adm").includes(who))).toEqual(
      [],
    );
  });
});

// The pages of the ways in which people meet a rollback. For the machines' endings see rendered.test.ts.
describe.each([
  'rolled-back',
  'rolled-back-unverified',
  'needs-a-person',
  'hand-over',
  'question-open',
  'stood-down',
  'fix-forward',
  'deferred-to-next-release',
  'observed-only',
  'answered',
  'answer-refused',
  'limit-at-risk',
  'limit-missed',
  'question-not-sent',
  'principal-dead-letters',
  'annotated',
  'annotation-refused',
  'reviewed',
  'review-refused',
  'review-overdue',
  'brakes-set',
  'brakes-refused',
  'decision-passed-over',
  'deployed-despite-freeze',
])('the details of %s', (anchor) => {
  test.each(['Hosts.', 'Where to look.', 'To undo it.'])('have **%s**', (part) => {
    expect(detailsOf(pageOf(anchor))).toContain(`\n**${part}**`);
  });
});

describe('a number on the pages is the number in the machines and settings', () => {
  const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  type Retried = {
    readonly Retry?: readonly { ErrorEquals: string[]; MaxAttempts: number; IntervalSeconds: number }[];
  };
  const statesOf = (phase: number): Retried[] =>
    Object.values(
      JSON.parse(readFileSync(new URL(`../../statemachines/rendered/phase-${phase}.asl.json`, import.meta.url), 'utf8'))
        .States,
    );
  /** Returns the retries of a failed step in the states that call a function, over all phases. */
  const retriesOf = (functionName: string) => {
    const states = [1, 2, 3, 4].flatMap(statesOf).filter((state) => JSON.stringify(state).includes(functionName));
    const retries = states.flatMap(({ Retry = [] }) => Retry.filter((one) => one.ErrorEquals.includes('StepFailed')));
    return new Set(retries.map(({ MaxAttempts, IntervalSeconds }) => `${words[MaxAttempts]} more, ${IntervalSeconds}`));
  };
  const tries = /tried (\w+) more times, (\d+) s apart; a step that sets flags (\w+) more times, (\d+) s apart/;

  test('retries of a step, and of a step that sets flags', () => {
    const [, step, stepApart, flag, flagApart] = tries.exec(pageOf('needs-a-person').replaceAll('\n', ' ')) ?? [];
    expect([...retriesOf('${RunOnHosts}')]).toEqual([`${step} more, ${stepApart}`]);
    expect([...retriesOf('${FlipFlag}')]).toEqual([`${flag} more, ${flagApart}`]);
  });

  test('limits', () => {
    const { CRITICAL, HIGH, MEDIUM } = readEnvironment('production').limits;
    expect(pageOf('limit-at-risk').replaceAll('\n', ' ')).toContain(
      `${CRITICAL / 60} minutes for CRITICAL, ${HIGH / 3600} hour for HIGH, ${MEDIUM / 3600} hours for MEDIUM`,
    );
  });

  test('the time for a review', () => {
    expect(pageOf('review-overdue').replaceAll('\n', ' ')).toContain(
      `${readEnvironment('production').review.within / 3600} hours by default`,
    );
  });

  /** Returns the minutes of all retries together, every wait as long as it may be. */
  function longest({ IntervalSeconds, BackoffRate = 1, MaxDelaySeconds = Infinity, MaxAttempts }: Retrier): number {
    const waits = Array.from({ length: MaxAttempts }, (_, i) => IntervalSeconds * BackoffRate ** i);
    return waits.reduce((sum, one) => sum + Math.min(one, MaxDelaySeconds), 0) / 60;
  }

  test('how long a function is retried', () => {
    const page = pageOf('function-throttled').replaceAll('\n', ' ');
    expect(longest(transientErrors)).toBe(1.5);
    expect(page).toContain('for up to a minute and a half');
    expect(longest(transientErrorsOnHosts)).toBe(4.5);
    expect(page).toContain('for about two minutes, at most four and a half');
  });
});
