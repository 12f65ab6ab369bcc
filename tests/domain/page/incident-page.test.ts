import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RollbackEvent } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import type { PageFacts } from '../../../domain/page/facts.ts';
import { hostGroups, stepRows } from '../../../domain/page/host-rows.ts';
import { incidentPage } from '../../../domain/page/incident-page.ts';
import { plannedSteps } from '../../../domain/page/planned-steps.ts';
import { durationWords, embeddedJson, instant, shown } from '../../../domain/page/shown.ts';
import { standingOf } from '../../../domain/page/standing.ts';
import { whoDecided } from '../../../domain/page/who-decided.ts';
import {
  at,
  chainOf,
  factsOf,
  hostNames,
  type Listed,
  metricOf,
  opening,
  rolledBack,
  verdicts,
} from './an-incident.ts';

const secondsOf = (when: string): number => (Date.parse(when) - Date.parse(at(0))) / 1000;

/** Returns the page as a reader sees it: without its data, script and style, and without markup. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

test('the heading has the id that commands take, and beside it the name for people', () => {
  const [event] = chainOf(...opening());
  expect(textOf(incidentPage(factsOf(chainOf(...opening()))))).toMatch(
    new RegExp(
      `Rollback ${event?.rollback} \\(phase-1-data_corruption-\\w+-${event?.rollback.slice(0, 8)}\\), environment`,
    ),
  );
});

describe('the size of a page', () => {
  test('of a rollback of Phase 1 on 3 hosts is at most 200 KB', () => {
    const long = Array.from(
      { length: 20 },
      (_, index): Listed => [
        70 + index,
        'Message sent',
        { message: `m-${index}`, subject: 'reminder', body: 'x'.repeat(5000) },
      ],
    );
    const events = chainOf(...opening(), ...long);
    expect(incidentPage(factsOf(events, { metric: metricOf() })).length).toBeLessThan(200_000);
  });

  test('of 1,000 hosts is at most 2 MB, even if each fails in its own words', () => {
    const hosts = 1000;
    const said = verdicts({ hosts }).map((one) => ({
      ...one,
      verdict: 'failed' as const,
      reason: `${one.name} ${'x'.repeat(2000)}`,
    }));
    const events = rolledBack({ hosts, failing: hostNames(20) });
    expect(incidentPage(factsOf(events, { hosts: { state: 'complete', value: said } })).length).toBeLessThan(2_000_000);
  });
});

describe('hostile text in reasons, messages and what hosts say is inert', () => {
  test.each([
    ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['an attribute', '" onload="alert(1)', '&quot; onload=&quot;alert(1)'],
    ['a turn of the direction of writing', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['invisible characters', 'a\u200bb\u{e0001}c', 'a\\u200bb\\u{e0001}c'],
    ['colours of a terminal', '\u001b[31mred\u0007', '\\u001b[31mred\\u0007'],
    ['300 KB', 'x'.repeat(300_000), '(299000 more characters)'],
  ])('%s', (_, hostile, inert) => {
    const said = verdicts().map((one, i) => (i === 0 ? { ...one, verdict: 'failed' as const, reason: hostile } : one));
    const events = chainOf(
      ...opening({ reason: hostile }),
      [1, 'Message sent', { message: 'm', subject: hostile, body: hostile }],
      [2, 'Rollback closed', { ending: 'Needs a person', problem: hostile, fleet: 'held' }],
    );
    const html = incidentPage(factsOf(events, { hosts: { state: 'complete', value: said } }));
    expect(html).toContain(inert);
    expect(html).not.toContain(hostile);
    expect(html).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(html.length).toBeLessThan(200_000);
    expect(html.match(/<script/g)).toHaveLength(2); // the data and the page's own
  });
});

test('half of a character in what a host says is shown as its code', () => {
  const said = verdicts().map((one) => ({ ...one, verdict: 'failed' as const, reason: 'a\ud83d' }));
  expect(incidentPage(factsOf(rolledBack(), { hosts: { state: 'complete', value: said } }))).toContain('a\\ud83d');
});

describe('the policy of a page', () => {
  const html = incidentPage(factsOf(rolledBack(), { metric: metricOf() }));
  const sha256 = (text: string | undefined) =>
    `'sha256-${createHash('sha256')
      .update(text ?? '')
      .digest('base64')}'`;

  test('lets its own style and script run by their hashes, and nothing else', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1];
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1];
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toBe(
      `default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(script)}; base-uri 'none'; form-action 'none'`,
    );
  });

  test('is never in the way of its own markup: no attribute has a style or a script', () => {
    expect(html).not.toMatch(/<[^>]* (style|on\w+)=/);
  });

  test('has its data as JSON that other programs read', () => {
    const data = JSON.parse(/id="data">(.*)<\/script>/.exec(html)?.[1] ?? '');
    expect(data).toMatchObject({ format: 1, standing: { title: 'Rolled back' }, record: { phase: 1 } });
  });
});

describe('what is not known is shown as not known', () => {
  test('of a rollback that has just been opened', () => {
    const text = textOf(incidentPage(factsOf(chainOf(...opening()), { hosts: { state: 'denied', why: 'no right.' } })));
    expect(text).toContain('No host has been touched yet.');
    expect(text).toContain('Expected end: not known.');
    expect(text).toContain('Not drawn: not read in this test.');
    expect(text).not.toContain(' Met ');
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test('of host reports that may not be read', () => {
    const events = rolledBack();
    const text = textOf(incidentPage(factsOf(events, { hosts: { state: 'denied', why: 'no right to read.' } })));
    expect(text).toContain('The reports of the hosts are not here: no right to read.');
    expect(text).toContain('no report');
  });

  test('of a history that is not whole', () => {
    const events = rolledBack();
    const html = incidentPage(factsOf(events, { history: { whole: false, says: 'BROKEN at event 3' } }));
    expect(textOf(html)).toContain('NOT WHOLE. BROKEN at event 3');
    expect(html.indexOf('BROKEN at event 3')).toBeLessThan(html.indexOf('<dl')); // on the first screen too
  });

  test('a gap in the metric interrupts the line', () => {
    const moves = (metric: ReturnType<typeof metricOf>) =>
      /class="series" d="([^"]*)"/.exec(incidentPage(factsOf(rolledBack(), { metric })))?.[1]?.match(/M/g)?.length;
    expect(moves(metricOf())).toBe(1);
    expect(moves(metricOf((seconds) => seconds > -100 && seconds < -50))).toBe(2);
  });
});

describe('where a rollback stands', () => {
  const asked = {
    number: 1,
    kind: 'confirm',
    why: ['HIGH.'],
    deadline: at(900),
    asked_at: at(0),
    at_deadline: 'It looks again.',
  };
  test.each<[string, Listed[], string, string | null]>([
    ['just opened', [], 'Opened', null],
    ['an open question', [[1, 'Question asked', asked]], 'Waiting for an answer', 'one person'],
    ['two must answer', [[1, 'Question asked', { ...asked, approvers: 2 }]], 'Waiting for an answer', '2 different'],
    ['the fleet is held', [[1, 'Waiting for the fleet', { holder: 'r-2' }]], 'Waiting for the fleet', null],
    [
      'acting',
      [
        [1, 'Fleet taken', { fence: 1 }],
        [2, 'Step started', { step: 's', attempt: 1 }],
      ],
      'Rolling back',
      null,
    ],
    ['ended well', [[9, 'Rollback closed', { ending: 'Rolled back' }]], 'Rolled back', null],
    [
      'stopped',
      [[9, 'Rollback closed', { ending: 'Needs a person', fleet: 'held' }]],
      'Needs a person',
      'Technical Lead',
    ],
    [
      'stopped and released',
      [
        [9, 'Rollback closed', { ending: 'Needs a person', fleet: 'held' }],
        [10, 'Fleet released', { operator: 'ana', reason: 'safe' }],
      ],
      'Needs a person',
      null,
    ],
  ])('%s', (_, more, title, acts) => {
    const events = chainOf(...opening(), ...more);
    const standing = standingOf(recordOf(events), events);
    expect(standing.title).toBe(title);
    if (acts === null) expect(standing.acts).toBeNull();
    else expect(standing.acts).toContain(acts);
  });
});

describe('what is known after the end', () => {
  const page = (more: Partial<PageFacts>, events = rolledBack()) => incidentPage(factsOf(events, more));
  const box = (html: string) => textOf(/<div class="standing[\s\S]*?<\/div>/.exec(html)?.[0] ?? '');

  test('nothing: the page says in the past tense how it was at the end, that nothing was urgent, and what is left to do', () => {
    const says = box(page({}));
    expect(says).toContain('At its end every host had done every step, was at the target version');
    expect(says).toContain(
      'Nothing was urgent when this page was written. Left to do: lift the flag override data_source=barchart; record the root cause.',
    );
  });

  test('nothing is left: nobody had to act', () => {
    const all = rolledBack()
      .filter(({ type }) => type !== 'Flags overridden')
      .map(({ at: when, type, detail }): Listed => [secondsOf(when), type, detail]);
    const found: Listed = [70, 'Annotated', { root_cause: 'A bad parser.', operator: 'ana' }];
    expect(box(page({}, chainOf(...all, found)))).toContain(
      'Nobody had to act for this rollback when this page was written.',
    );
  });

  test('the phases that are undone with it are among what happened', () => {
    expect(textOf(page({}))).toContain('to pre-phase1-stable. Phases 2, 3, 4 are undone with it. Why');
  });

  test('an alarm that came again with more ill hosts does not join itself', () => {
    const all = rolledBack().map(({ at: when, type, detail }): Listed => [secondsOf(when), type, detail]);
    const again = { alarm: 'rollback-local-phase-1-data_corruption', trigger: 'data_corruption', severity: 'CRITICAL' };
    const found = { changed_at: at(99), blind: false, witness: { says: ['8 of 8 hosts are ill.'] }, by: 'arn:x' };
    const events = chainOf(...all.slice(0, 3), [1, 'Alarm joined', { ...again, ...found }], ...all.slice(3));
    expect(textOf(page({}, events))).toContain(
      'The same alarm came again at 2026-01-05 09:02:00 UTC (CRITICAL). 8 of 8 hosts are ill.',
    );
  });

  test('the command beside a flag override is not called one that lifts it', () => {
    const text = textOf(page({}));
    expect(text).toContain('Once the incident is over, the administrator of the deployment lifts that in AppConfig');
    expect(text).toContain('This command only shows the flags: npm run rollback -- flags show');
  });

  test('a later rollback of the phase is named, and somebody must look', () => {
    const later = { rollback_id: 'r-2', start_time: at(500), ending: null };
    const html = page({ later: { state: 'complete', value: [later] } });
    expect(html).toContain('<div class="standing act">');
    expect(box(html)).toContain('Rollback r-2 of the phase began later, at 2026-01-05 09:08:41 UTC : it is open.');
    expect(box(html)).not.toContain('Nobody has to act');
    expect(textOf(html)).toContain('npm run rollback -- show r-2');
  });

  test('a later rollback that has ended is named, and its own page says whether somebody must act', () => {
    const later = { rollback_id: 'r-2', start_time: at(500), ending: 'Rolled back' as const };
    const says = box(page({ later: { state: 'complete', value: [later] } }));
    expect(says).toContain('it ended "Rolled back".'.replaceAll('"', '&quot;'));
    expect(says).toContain(
      'Nothing was urgent when this page was written. Left to do: lift the flag override data_source=barchart; record the root cause.',
    );
  });

  test('a relapse that the follow-up found is named, and somebody must look', () => {
    const check = { hours: 2, state: 'relapsed', says: ['Red alarms: a.'], look: null };
    const all = rolledBack().map(({ at: when, type, detail }): Listed => [secondsOf(when), type, detail]);
    const events = chainOf(
      ...all,
      [62, 'Follow-up begun', { execution: 'e', closed: at(60) }],
      [7262, 'Checked afterwards', check],
    );
    expect(box(page({}, events))).toContain('Not well 2 hours after the end: Red alarms: a.');
    expect(box(page({}, events))).toContain('Must act');
  });

  test('a halt of trading by people is named, with the command that resumes', () => {
    const held = verdicts().map((one) => (one.name === 'host-2' ? { ...one, report: { held_by: 'arn:halt' } } : one));
    const html = page({ hosts: { state: 'complete', value: held } });
    expect(box(html)).toContain('Trading was halted on host-2');
    expect(box(html)).not.toContain('Nobody has to act');
    expect(textOf(html)).toContain('npm run rollback -- resume --operator');
  });

  test('a halt of which people were told is named, until a later message tells of none', () => {
    const all = rolledBack().map(({ at: when, type, detail }): Listed => [secondsOf(when), type, detail]);
    const told = (seconds: number, halted: string | null): Listed => [
      seconds,
      'Message sent',
      { message: `m-${seconds}`, halted },
    ];
    const html = page({}, chainOf(...all, told(70, 'HALTED on 8 of 8 hosts.')));
    expect(box(html)).toContain('Trading, when people were last told: HALTED on 8 of 8 hosts. No rollback resumes it.');
    expect(box(html)).toContain('unless trading was resumed since');
    expect(textOf(html)).toContain('npm run rollback -- resume --operator');
    expect(box(page({}, chainOf(...all, told(70, 'HALTED'), told(80, null))))).not.toContain('HALTED');
  });

  test('the open tasks and reports of the follow-up are part of what is next', () => {
    const all = rolledBack().map(({ at: when, type, detail }): Listed => [secondsOf(when), type, detail]);
    const task = { number: 1, kind: 'root cause', title: 'Identify the trigger', owner: null, due: at(86_400) };
    const events = chainOf(
      ...all,
      [62, 'Follow-up begun', { execution: 'e', closed: at(60) }],
      [62, 'Task opened', task],
    );
    const text = textOf(page({}, events));
    expect(text).toContain('Follow-up: 1 task open, the next due 2026-01-06 09:00:21 UTC : Identify the trigger');
    expect(text).toContain('The interim report is not drafted yet.');
    expect(text).toContain('npm run rollback -- follow-up');
  });
});

test.each([
  ['simulate', 'Drill passed', 'DRILL, Phase 1', 'Nothing was changed.'],
  ['plan', 'Planned', 'Phase 1', 'No host was touched.'],
  ['plan', 'Not planned', 'Phase 1', 'No host was touched.'],
])(
  'the page of a rollback in mode %s that ended "%s" claims no success and asks for no cause',
  (mode, ending, title, says) => {
    const events = chainOf(...opening({ mode }), [9, 'Rollback closed', { ending, problem: null }]);
    const text = textOf(incidentPage(factsOf(events, { hosts: { state: 'complete', value: [] } })));
    expect(text).toContain(title);
    expect(text).toContain(says);
    expect(text).not.toMatch(/Met\b|root cause, and record|Must act/);
  },
);

test('a rollback that stopped must be acted on now, and its review comes after that', () => {
  const close = { ending: 'Needs a person', fleet: 'held', review_due: at(3600) };
  const events = chainOf(...opening(), [0, 'Fleet taken', { fence: 1 }], [9, 'Rollback closed', close]);
  const { acts, deadline } = standingOf(recordOf(events), events);
  expect([acts, deadline]).toEqual(['the Technical Lead or Operations, at once', null]);
});

describe('who decided', () => {
  const asked = { number: 1, why: ['x'], asked_at: at(0), deadline: at(900) };
  const settled = { number: 1, outcome: 'nobody answered', by: 'nobody had answered in time' };
  const given = { number: 1, by: 'e', answer: 'rollback', operator: 'ana', reason: 'rows are wrong', at: at(5) };
  const decidedBy = (...more: Listed[]) => whoDecided(recordOf(chainOf(...opening(), ...more)));
  test.each<[string, Listed[], string[]]>([
    ['the rules', [], ['The rules of this product, without a person.']],
    [
      'a person, by an answer',
      [
        [1, 'Question asked', { ...asked, kind: 'confirm' }],
        [5, 'Answer given', given],
      ],
      [
        `Question 1 (confirm): "x" ana (claimed), identity not verified, answered rollback at ${at(5)}: rows are wrong`,
        'Not decided yet: question 1 (confirm) is open.',
      ],
    ],
    [
      'the rules, and then nobody in a hand-over',
      [
        [1, 'Question asked', { ...asked, kind: 'hand-over' }],
        [9, 'Question settled', settled],
      ],
      ['The rules of this product, without a person.', 'Question 1 (hand-over): "x" Nobody had answered in time'],
    ],
    [
      'the rules, because an alarm came before an answer',
      [
        [1, 'Question asked', { ...asked, kind: 'permit' }],
        [9, 'Question settled', { number: 1, outcome: 'rollback', by: 'the alarm a, CRITICAL, decided for rollback' }],
      ],
      [
        'The rules of this product, without a person.',
        'Question 1 (permit): "x" The alarm a, CRITICAL, decided for rollback',
      ],
    ],
  ])('%s', (_, more, says) => expect(decidedBy(...more)).toEqual(says));
});

describe('the rows of hosts', () => {
  const groupsOf = (events: readonly RollbackEvent[], hosts = verdicts()) =>
    hostGroups(stepRows(recordOf(events), events), { state: 'complete', value: hosts }, events);

  test('hosts whose steps went alike share a row, the largest first', () => {
    const groups = groupsOf(rolledBack({ failing: ['host-2'] }));
    expect(groups.map(({ names }) => names)).toEqual([['host-1', 'host-3'], ['host-2']]);
  });

  test('a host is done at the end of the first attempt that did not fail on it', () => {
    const [others, late] = groupsOf(rolledBack({ failing: ['host-2'] }));
    expect(others?.cells[0]?.to).toBe(Date.parse(at(3)));
    expect(late?.cells[0]?.to).toBe(Date.parse(at(6)));
  });

  test('if an event does not name all hosts that failed, a host is done at the end of the step', () => {
    const hosts = 50;
    const events = rolledBack({ hosts, failing: hostNames(30) });
    expect(groupsOf(events, verdicts({ hosts })).map(({ cells }) => cells[0]?.to)).toEqual([Date.parse(at(6))]);
  });

  test('a step that was refused before it began has failed, and is not called "not started"', () => {
    const problem = 'The commit of the tag v1 could not be read on 1 of 3 hosts: host-2 (no tag).';
    const events = chainOf(
      ...opening(),
      [1, 'Step started', { step: 'stop', attempt: 1, hosts: 3 }],
      [2, 'Step done', { step: 'stop', attempt: 1, hosts: 3, hosts_done: 3, failed: [] }],
      [9, 'Target not frozen', { step: 'restore', version: 'v1', problem }],
      [19, 'Target not frozen', { step: 'restore', version: 'v1', problem }],
    );
    const planned = { state: 'complete', value: [{ id: 'restore', name: 'Restore algorithm' }] } as const;
    const hosts = { state: 'complete', value: verdicts({ steps: ['stop'] }) } as const;
    const text = textOf(incidentPage(factsOf(events, { planned, hosts })));
    expect(text).toContain('Restore algorithm failed: 0 of 3 hosts done; 10 s');
    expect(text).toContain('2 attempts');
    expect(text).toContain('Restore algorithm: failed');
    expect(text).toContain(`restore was refused before it began: ${problem}`);
    expect(text).toContain('1 of 2 done; Restore algorithm: no report');
    expect(text).not.toMatch(/not started|Every host that reported/);
  });

  test('a step that failed names the number of hosts that have done it as that', () => {
    const text = textOf(incidentPage(factsOf(rolledBack({ failing: ['host-2'] }))));
    expect(text).toContain('stop: done on 2 of 3 hosts. host-2: exit 1');
  });

  test('a host without a report has no bar', () => {
    const [group] = groupsOf(chainOf(...opening(), [1, 'Step started', { step: 's', attempt: 1, hosts: 3 }]), []);
    expect(group?.cells).toEqual([{ step: 's', verdict: 'no report', from: null, to: null }]);
  });
});

test('the same facts give the same page', () => {
  const facts = factsOf(rolledBack(), { metric: metricOf() });
  expect(incidentPage(facts)).toBe(incidentPage(facts));
});

test('events without an opening are refused', () => {
  expect(() => incidentPage(factsOf(chainOf([0, 'Decided', {}])))).toThrow('must begin with "Rollback opened"');
});

test('the planned steps are those of the definition, in its order', () => {
  const task = (id: string, name: string) => ({ Arguments: { Payload: { step: { id, name } } } });
  const States = { Open: {}, 'Freeze the target': task('b', 'B'), A: task('a', 'A'), B: task('b', 'B') };
  expect(plannedSteps(JSON.stringify({ States }))).toEqual([
    { id: 'a', name: 'A' },
    { id: 'b', name: 'B' },
  ]);
});

test.each([
  [0, '0 s'],
  [850, '850 ms'],
  [59_600, '1 min'],
  [127_000, '2 min 7 s'],
  [3_600_000 * 3 + 60_000 * 20, '3 h 20 min'],
  [86_400_000 * 2 + 3_600_000 * 4, '2 d 4 h'],
])('%i ms are %s', (milliseconds, words) => expect(durationWords(milliseconds)).toBe(words));

test('an instant that is none is shown as it is', () => {
  expect(instant('soon <b>')).toBe('soon &lt;b&gt;');
  expect(instant('')).toBe('time not known');
  expect(instant('2026-01-05T09:00:21.000Z')).toContain('2026-01-05 09:00:21 UTC');
});

test('data cannot end its element, and no character in it is invisible', () => {
  expect(embeddedJson({ a: '</script>\u202e\u{e0001}&' })).toBe(
    '{"a":"\\u003c/script\\u003e\\u202e\\udb40\\udc01\\u0026"}',
  );
  expect(shown({ a: 1 })).toBe('{&quot;a&quot;:1}');
});
