import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/account/usage-error.ts';
import { knownValues } from '../../cli/commands/values.ts';
import { program } from '../../cli/rollback.ts';
import { InvalidFile } from '../../config/yaml/invalid-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'stories-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function storyFile(text: string): string {
  const file = join(folder, 'story.yaml');
  writeFileSync(file, text);
  return file;
}
const first = 'rehearsals/stories/started-by-hand.yaml';

/** Returns the message of a UsageError or InvalidFile. Both end the process with code 2, before anything is opened. */
const messageOf = async (...words: string[]): Promise<string> => {
  const error = await (await program()).parseAsync(words, { from: 'user' }).catch((one: unknown) => one);
  expect(error).toSatisfy((one) => one instanceof UsageError || one instanceof InvalidFile);
  return (error as Error).message;
};

describe('history', () => {
  test.each([
    ['a date that is none', ['--from', 'yesterday'], /^--from takes a day such as 2026-11-01, or an instant/],
    ['a range that ends before it starts', ['--from', '2025-02-01', '--to', '2025-01-01'], /^The range ends before/],
    ['a beginning in the future', ['--from', '2999-01-01'], /^--from 2999-01-01 is in the future: it is /],
    ['a span without a unit', ['--last', '90'], /^--last takes a span such as 90d/],
    ['two ranges', ['--last', '90d', '--to', '2025-01-01'], /^--last is a range of its own\./],
    ['a page of no list', ['--page', 'abc'], /^The page token "abc" is not one that this command printed\./],
    ['two causes', ['--with-cause', '--without-cause'], /^--with-cause and --without-cause exclude each other\./],
    ['two formats', ['--json', '--csv'], /^--json and --csv are two formats\./],
    ['a phase that is no number', ['--phase', 'two'], /^--phase takes the number of a phase, such as 2; found "two"\./],
    [
      'an ending that is misspelt',
      ['--ending', 'roled back'],
      /^Unknown ending "roled back"; did you mean "Rolled back"/,
    ],
    ['an unknown trigger', ['--trigger', 'bug'], /^Unknown trigger "bug"\. Known: system_failure, .*, manual\.$/],
    ['an empty operator', ['--operator', ''], /^--operator takes a text of 1 to 2048 bytes; found 0\./],
    ['a longer host than an index can hold', ['--host', 'x'.repeat(2049)], /^--host takes a text of 1 to 2048 bytes/],
    ['an empty page', ['--limit', '0'], /^--limit takes a whole number from 1 to 200; found "0"\./],
    ['a page that is too long', ['--limit', '201'], /^--limit takes a whole number from 1 to 200; found "201"\./],
    ['a word', ['r-1'], /^Too many arguments for 'history'/],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('history', ...words)).toMatch(expected);
  });
});

const root = await program();

describe('an option that takes a date, a month or a span', () => {
  const deployed = ['deployed', '--phase', '1', '--version', 'v1', '--at'];
  const person = ['--operator', 'ana', '--reason', 'x'];
  const given: Readonly<Record<string, readonly string[]>> = {
    'backtest --to': ['backtest', '--to'],
    'deployed --at': deployed,
    'follow-up --due': ['follow-up', 'r-1', '--add', 'x', '--owner', 'bo', '--operator', 'ana', '--due'],
    'history --from': ['history', '--from'],
    'history --to': ['history', '--to'],
    'history --last': ['history', '--last'],
    'report --month': ['report', '--month'],
    'start --since': ['start', '1', ...person, '--since'],
    'stats --month': ['stats', '--month'],
    'stats --from': ['stats', '--from'],
    'stats --to': ['stats', '--from', '2026-01', '--to'],
    'trust --to': ['trust', '--to'],
    'withdraw --deployed-at': ['withdraw', '--phase', '1', '--version', 'v1', ...person, '--deployed-at'],
  };

  test('is one of these', () => {
    const found = root.commands.flatMap((command) =>
      command.options
        .filter(({ flags }) => /<(date|instant|month|span|time)>/.test(flags))
        .map(({ long }) => `${command.name()} ${long}`),
    );
    expect(found.toSorted()).toEqual(Object.keys(given).toSorted());
  });

  test.each(
    Object.entries(given).flatMap(([name, words]) =>
      ['yesterday', '2026-02-30', ' '].map((bad) => [name, bad, words] as const),
    ),
  )('%s refuses "%s" by its name and with what was found', async (name, bad, words) => {
    const message = await messageOf(...words, bad);
    expect(message).toContain(name.split(' ')[1]);
    expect(message).toContain(bad.trim());
  });

  test('of a deployment names a missing zone', async () => {
    expect(await messageOf(...deployed, '2026-03-02T08:50')).toMatch(
      /^--at must be a time with its zone such as \S+, found "2026-03-02T08:50"\. Nothing was recorded\./,
    );
  });
});

describe('an option with known values', () => {
  const options = root.commands.flatMap((command) =>
    command.options.flatMap((option) => {
      const values = knownValues(option)?.values() ?? [];
      return values.length > 0 ? [{ command: command.name(), option: option.long ?? '', values }] : [];
    }),
  );

  test('is every one that names a phase, trigger, severity, ending, mode, report, strategy, verdict, group, machine or environment', () => {
    expect([...new Set(options.map(({ option }) => option))].toSorted()).toEqual([
      ...[
        '--accept',
        '--before',
        '--by',
        '--ending',
        '--environment',
        '--fault',
        '--kind',
        '--machine',
        '--mode',
        '--phase',
        '--severity',
        '--strategy',
        '--trigger',
        '--verdict',
      ],
    ]);
  });

  test.each(options)('$command $option refuses another, lists them and suggests one that is near', async (given) => {
    const { command, option, values } = given;
    // A list of phases accepts any number, because a phase may have lost its runbook.
    if (option === '--phase') return;
    const word = values.map(({ value }) => value).find((value) => value.length > 4) ?? values[0]?.value ?? '';
    const misspelt = `${word}x`;
    const message = await messageOf(command, option, misspelt);
    const what = { '--by': 'group', '--before': 'phase' }[option] ?? option.slice(2);
    expect(message).toContain(`Unknown ${what} "${misspelt}"; did you mean "${word}"? Known: `);
  });

  test.each([
    ['drill', 'simulate'],
    ['Drill', 'simulate'],
    ['dry-run', 'plan'],
  ])('--mode %s is %s in other words', async (found, meant) => {
    const says = `Unknown mode "${found}"; did you mean "${meant}"? Known: live, plan, simulate.`;
    expect(await messageOf('history', '--mode', found)).toBe(says);
    expect(await messageOf('stats', '--mode', found)).toBe(says);
  });
});

describe('the options that a refusal lists', () => {
  const phase = ['--phase', '1'];
  const version = ['--version', 'v1.4.0'];
  const reason = ['--reason', 'a test'];
  /** Each command that takes the name of a person, with what it needs beside that. */
  const beside: Readonly<Record<string, readonly string[]>> = {
    ...{ pause: reason, unpause: reason, freeze: reason, unfreeze: reason, release: reason, halt: [], resume: reason },
    ...{ arm: [...phase, ...reason], block: [...version, ...reason], unblock: [...version, ...reason] },
    ...{ annotate: ['r-1', '--note', 'a leak'], ack: ['r-1'], review: ['r-1', '--verdict', 'right', ...reason] },
    ...{ drill: phase, start: phase, prepare: [...phase, ...version], ready: phase, decide: ['rollback'] },
    ...{
      flags: ['set', 'data_source', 'databento', ...reason],
      contacts: ['confirm'],
      deployed: [...phase, ...version],
    },
    'follow-up': ['r-1', '--complete', '1', '--note', 'a leak'],
    withdraw: [...phase, ...version, ...reason],
  };
  const named = root.commands.filter(
    (one) => one.name() !== 'history' && one.options.some(({ long }) => long === '--operator'), // history lists by operator
  );

  test('are checked for every command that takes the name of a person', () => {
    expect(Object.keys(beside)).toEqual(expect.arrayContaining(named.map((one) => one.name())));
  });

  // A halt is refused for no words.
  test.each(named.filter((one) => one.name() !== 'halt').map((one) => one.name()))('are those of %s', async (name) => {
    const message = await messageOf(name, ...(beside[name] ?? []), '--operator', 'YOUR NAME');
    const listed = / Options: (.*)\.$/.exec(message)?.[1]?.split(', ') ?? [];
    const own = named.find((one) => one.name() === name)?.options.map(({ long }) => long);
    if (name !== 'start') expect(listed).toContain('--operator'); // a start quotes the mistake alone
    expect(own).toEqual(expect.arrayContaining(listed));
  });
});

describe('start', () => {
  test.each([
    [
      'an instant that is none',
      ['--phase', '1', '--since', 'noon', '--reason', 'x'],
      /^--since must be an instant in UTC/,
    ],
    ['an instant without a reason', ['--phase', '1', '--since', '2026-03-02T08:55:00Z'], /so it needs a reason/],
    ['a start without a phase', [], /^--phase, or --before, is missing\. Known: 1, 2, .* \(infra\/runbooks\)\.$/],
    ['a phase without a runbook', ['--phase', '9'], /^Unknown phase "9"\. Known: 1, 2, .* \(infra\/runbooks\)\.$/],
    ['a phase that is no number', ['--phase', 'one'], /^Unknown phase "one"\. Known: 1/],
    ['phase 0', ['--phase', '0'], /^Unknown phase "0"\. Known: 1/],
    [
      'an unknown severity',
      ['--phase', '1', '--severity', 'URGENT'],
      'Unknown severity "URGENT". Known: CRITICAL, HIGH, MEDIUM, LOW.',
    ],
    [
      'an empty reason',
      ['--phase', '1', '--reason', ' '],
      'reason must be one line of 1 to 500 printable characters; found " ".',
    ],
    [
      'an unknown environment',
      ['--phase', '1', '--environment', 'moon'],
      /^Unknown environment "moon"\. Known: .*local.* \(infra\/environments\)\.$/,
    ],
    [
      'an unknown option',
      ['--phase', '1', '--now'],
      /^Unknown option '--now'(; did you mean .*\?|\.) Known options: --phase, --before, --severity/,
    ],
    [
      'an unknown step',
      ['1', '--from', 'Restor previous version', '--reason', 'r'],
      /^--from must be a step of this phase; found "Restor previous version"\. Did you mean "Restore previous version"\? Steps: /,
    ],
    ['a later step without a reason', ['1', '--from', 'Resume operations'], /^--from .* needs a reason/],
    ['a later step of several phases', ['--before', '3', '--from', 'Clear state'], /^--from belongs to .* one phase/],
    ['a word too many', ['1', '2'], /^Too many arguments for 'start'\. Expected 1 argument but got 2: 1, 2\./],
    ['a word that is no phase', ['one'], /^Unknown phase "one"\. Known: 1/],
    ['two phases', ['1', '--phase', '2'], 'Two phases: 1, and 2 by --phase. Give one of them.'],
    [
      'several phases on a few hosts',
      ['--before', '3', '--only-hosts', 'host-1,host-2'],
      '--only-hosts belongs to the rollback of one phase; --before 3 rolls back the whole fleet. Leave it out, or start each phase by itself, the latest first: 4 and 3. Nothing was changed.',
    ],
    [
      'a severity in small letters with another mistake',
      ['1', '--severity', 'critical', '--reason', ' '],
      /^reason must/,
    ],
    ['an option without its value', ['--phase'], /^Option '--phase <number>' argument missing\. Known options/],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('start', ...words)).toMatch(expected);
  });
});

describe('a word that is misspelt or missing', () => {
  test.each([
    ['a command', ['relase'], "Unknown command 'relase'; did you mean release?"],
    ['a command in capitals', ['START'], "Unknown command 'START'; did you mean start?"],
    ['an option', ['start', '--phse', '1'], "Unknown option '--phse'; did you mean --phase? Known options: --phase,"],
    ['an option in capitals', ['show', '--JSON'], "Unknown option '--JSON'; did you mean --json?"],
    ['a severity', ['start', '--phase', '1', '--severity', 'hihg'], 'Unknown severity "hihg"; did you mean "HIGH"?'],
    ['an environment', ['show', '--environment', 'stagin'], 'Unknown environment "stagin"; did you mean "staging"?'],
    ['a machine', ['graph', '--machine', 'relase'], 'Unknown machine "relase"; did you mean "release"?'],
    ['a shell', ['completion', 'bsh'], 'Unknown shell "bsh"; did you mean "bash"? Known: bash, zsh.'],
    [
      'the value before an option',
      ['start', '--phase', '1', '--reason', '--yes'],
      '--reason needs a value; found the option "--yes".',
    ],
    [
      'an empty value, such as of an unset variable in a pipeline',
      ['deployed', '--phase', '1', '--version', 'v1', '--author', ''],
      '--author needs a value; found an empty text. Leave the option out if there is none.',
    ],
    [
      'an empty mandatory value',
      ['watch', '--phase', '1', '--version', ' '],
      '--version needs a value; found an empty text.',
    ],
    ['a mandatory option', ['verify'], '--phase is missing. Known: 1'],
    ['the version', ['deployed', '--phase', '1'], '--version is missing.'],
  ])('is refused with what was meant: %s', async (_, words, expected) => {
    expect(await messageOf(...words)).toContain(expected);
  });

  test('no other phase is suggested for an unknown one: a near number is another phase', async () => {
    expect(await messageOf('start', '--phase', '11')).not.toContain('did you mean');
  });
});

describe('the account of another environment', () => {
  test.each([
    [
      ['show', '--region', 'eu-west-1'],
      /^Environment local is in region us-east-1 .*; found --region eu-west-1\. Leave out --region\.$/,
    ],
    [['show', '--environment', 'staging', '--region', 'eu-west-1'], /^Environment staging is in region us-east-1 /],
    [['show', '--profile', 'ana'], /^Environment local is an embedded account, which has no profiles\./],
  ])('is refused before anything is sent: %j', async (words, expected) => {
    expect(await messageOf(...words)).toMatch(expected);
  });
});

describe('a word for a command without arguments is refused with the option that was meant', () => {
  test.each([
    ['a phase', ['arm', '1'], / got 1: 1\. Did you mean --phase 1\?$/],
    ['a version', ['block', 'v1'], / got 1: v1\. Did you mean --version v1\?$/],
    ['a rollback', ['release', 'r-1'], / got 1: r-1\. Did you mean --rollback r-1\?$/],
    ['anything else', ['pause', 'now'], / got 1: now\. Known options: .*--phase/],
    ['two words', ['arm', '1', '2'], / got 2: 1, 2\. Known options: .*--phase/],
  ])('%s', async (_, [command = '', ...words], expected) => {
    expect(await messageOf(command, ...words)).toMatch(expected);
  });
});

describe('show', () => {
  test('refuses two rollbacks', async () => {
    expect(await messageOf('show', 'one', 'two')).toMatch(
      /^Too many arguments for 'show'\. Expected 1 argument but got 2: one, two\. /,
    );
  });

  test('refuses an unknown environment', async () => {
    expect(await messageOf('show', '--environment', 'moon')).toMatch(/^Unknown environment "moon"/);
  });
});

describe('annotate', () => {
  const ana = ['r-1', '--operator', 'ana'];
  test.each([
    ['a call without a rollback', ['--operator', 'ana', '--note', 'x'], /rollback-id/],
    ['two rollbacks', ['one', 'two'], /^Too many arguments for 'annotate'\. Expected 1 argument but got 2: one, two\./],
    [
      'no finding',
      ana,
      /^Give at least one of --root-cause, --prevention, --note, --false-positive, --link\. Nothing was changed\. Options: --operator, /,
    ],
    ['no name', ['r-1', '--note', 'x'], /^--operator is missing\. Nothing was changed\. /],
    ['an empty measure', [...ana, '--prevention', 'x', '--prevention', ' '], /^Each of --prevention must be one line/],
    ['a link that is none', [...ana, '--link', 'wiki/7'], /^Each of --link must be an address such as https:/],
    ['an unknown option', [...ana, '--cause', 'x'], /^Unknown option '--cause'/],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('annotate', ...words)).toMatch(expected);
  });
});

describe('review', () => {
  const ana = ['r-1', '--operator', 'ana', '--reason', 'corrupt'];
  test.each([
    ['a call without a rollback', ana.slice(1), /rollback-id/],
    ['no verdict', ana, /^--verdict is missing\. .* Options: --verdict, --operator, --reason\.$/],
    ['another verdict', [...ana, '--verdict', 'maybe'], 'Unknown verdict "maybe". Known: right, wrong.'],
    ['no reason', ['r-1', '--operator', 'ana', '--verdict', 'right'], /^--reason is missing\. /],
    ['what was pasted as it is', ['r-1', '--verdict', 'right', '--operator', 'YOUR NAME'], /^Replace YOUR NAME with/],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('review', ...words)).toMatch(expected);
  });
});

describe('decide', () => {
  test.each([
    ['a call without an answer', [], /^Missing required argument 'answer'\. Known: rollback, ill-hosts, stand-down, /],
    [
      'two answers',
      ['rollback', 'skip', '--operator', 'ana'],
      /^Too many arguments for 'decide'\. Expected 1 argument but got 2: rollback, skip\./,
    ],
    [
      'a misspelt answer',
      ['standdown', '--operator', 'ana'],
      /^Answer must be one of rollback, .*, found "standdown" \(did you mean stand-down\?\)\. Nothing was decided\./,
    ],
    [
      'JSON that was not quoted',
      ['{answer:', '--operator', 'ana'],
      /^The answer begins with \{ but is no JSON: .* single quotes/,
    ],
    [
      'JSON that an option contradicts',
      ['{"answer": "rollback", "operator": "ana"}', '--operator', 'bo'],
      /^--operator is "bo", but the pasted JSON has "ana"\. Give one of them\./,
    ],
    [
      'the JSON of a message whose placeholder is still there',
      ['{"answer":"rollback","operator":"YOUR NAME","rollback":"r-1"}'],
      /^Replace YOUR NAME with your own name/,
    ],
    [
      'an answer without an operator',
      ['rollback'],
      /^--operator is missing\. Nothing was decided\. Options: --operator, --reason, --hosts, --rollback, --question\.$/,
    ],
    [
      'a pasted command whose placeholder for the name is still there',
      ['rollback', '--operator', 'YOUR NAME', '--rollback', 'r-1'],
      /^Replace YOUR NAME with your own name/,
    ],
    [
      'an unknown environment',
      ['rollback', '--operator', 'ana', '--environment', 'moon'],
      /^Unknown environment "moon"/,
    ],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('decide', ...words)).toMatch(expected);
  });
});

describe('release', () => {
  test.each([
    ['without operator and reason', [], '--operator is missing.'],
    ['without a reason', ['--operator', 'ana'], '--reason is missing.'],
    ['with an empty reason', ['--operator', 'ana', '--reason', ''], '--reason must be one line of 1 to 500 printable'],
  ])('refuses a release %s', async (_, words, expected) => {
    const message = await messageOf('release', ...words);
    expect(message.startsWith(expected)).toBe(true);
    expect(message).toMatch(/ Nothing was released\. Options: --operator, --reason, --rollback\.$/);
  });
});

describe('graph', () => {
  test.each([
    [
      'a call with neither phase nor machine',
      [],
      /^graph takes --phase N or --machine NAME; found neither\. Machines: annotate, brakes, change-flag, change-task, check-readiness, confirm-contacts, decide, follow-up, halt, look, phase-1/,
    ],
    ['both phase and machine', ['--phase', '1', '--machine', 'release'], /^graph takes .*; found both\./],
    ['a phase without a runbook', ['--phase', '99'], /^Unknown phase "99"\. Known: 1, 2, /],
    ['a phase that is no number', ['--phase', 'one'], /^Unknown phase "one"\. Known: 1, 2, /],
    ['a misspelt machine', ['--machine', 'relase'], /^Unknown machine "relase"; did you mean "release"\?/],
    [
      'two formats',
      ['--phase', '1', '--svg', '--mermaid'],
      /^graph takes --svg, --mermaid or --json; found --svg and --mermaid\.$/,
    ],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('graph', ...words)).toMatch(expected);
  });
});

describe('local', () => {
  test.each([
    ['--port', 'http', '--port takes a whole number from 0 to 65535; found "http".'],
    ['--port', '70000', '--port takes a whole number from 0 to 65535; found "70000".'],
    ['--hosts', '-1', '--hosts takes a whole number from 0; found "-1".'],
    ['--hosts', '1.5', '--hosts takes a whole number from 0; found "1.5".'],
    ['--seed', '', '--seed takes a whole number from 0; found "".'],
  ])('refuses %s %s', async (option, text, expected) => {
    expect(await messageOf('local', option, text)).toEqual(expected);
  });
});

describe('rehearse', () => {
  test.each([
    ['a call without a file', [], "Missing required argument 'file'. Files to choose from are in rehearsals/stories."],
    [
      'two files',
      ['a.yaml', 'b.yaml'],
      "Too many arguments for 'rehearse'. Expected 1 argument but got 2: a.yaml, b.yaml. Files to choose from are in rehearsals/stories.",
    ],
    ['a file that does not exist', ['a.yaml'], 'a.yaml cannot be read. The stories are in rehearsals/stories.'],
    ['a folder', ['rehearsals'], 'rehearsals cannot be read. The stories are in rehearsals/stories.'],
    ['a seed that is no number', [first, '--seed', 'x'], '--seed takes a whole number from 0; found "x".'],
    [
      'a folder that is no assembly',
      [first, '--assembly', 'rehearsals'],
      '--assembly takes a folder that `cdk synth` wrote; rehearsals has no manifest.json.',
    ],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf('rehearse', ...words)).toBe(expected);
  });

  test.each([
    [
      'an unknown key',
      'name: A\nwhenn: []\n',
      /story\.yaml:2: expected one of the keys .*, found 'whenn'; did you mean when\?/,
    ],
    [
      'an unknown environment',
      'name: A\nenvironment: moon\nwhen: [{ at: 0s, start: { phase: 1 } }]\nthen: {}\n',
      /story\.yaml:2: environment: expected an environment of an embedded account \(incidents, local.*\), found "moon"/,
    ],
  ])('refuses a story with %s and names file and line', async (_, text, expected) => {
    expect(await messageOf('rehearse', storyFile(text))).toMatch(expected);
  });
});
