import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readInfra } from '../../config/infra.ts';
import type { AnyMachine } from '../../statemachines/graph/transitions.ts';
import { renderedFile, renderedText, stateMachines } from '../../statemachines/state-machines.ts';
import { type Draft, draftOf, insertAfter, putInside, rename, stateOf } from './rules/draft.ts';
import { language, rules } from './rules/rules.ts';

const rendered = Object.entries(stateMachines(readInfra()));

test('every rendered file is of a machine', () => {
  const files = readdirSync(new URL('.', renderedFile('any')));
  expect(files.toSorted()).toEqual(rendered.map(([name]) => `${name}.asl.json`).toSorted());
});

describe.each(rendered)('%s', (name, machine) => {
  test('is rendered as infra/ says now; npm run render writes it', () => {
    expect(readFileSync(renderedFile(name), 'utf8')).toBe(renderedText(machine));
  });

  test.each([['is Amazon States Language', language] as const, ...Object.entries(rules)])('%s', (_, rule) => {
    expect(rule(machine)).toEqual([]);
  });
});

const phase = rendered.find(([name]) => name === 'phase-1')?.[1] as AnyMachine;
const brokenRules = (machine: AnyMachine) =>
  Object.entries(rules).flatMap(([title, rule]) => (rule(machine).length > 0 ? [title] : []));

/** By rule, ways to break the machine of phase 1 that this rule must find. What others find of it is theirs to say. */
const mutants: Readonly<Record<keyof typeof rules, Readonly<Record<string, (draft: Draft) => void>>>> = {
  'ends by itself': {
    'a machine without a time': (draft) => delete draft.TimeoutSeconds,
  },
  'reaches every state it declares, and declares every state it reaches': {
    'a state that nothing leads to': (draft) =>
      insertAfter(draft, 'Take the fleet', { 'Wait for nobody': stateOf(draft, 'Take the fleet') }),
    'a state that a changed Next leaves out': (draft) => {
      stateOf(draft, 'Take the fleet').Next = 'Stop data ingestion';
    },
    'a Catch that leads nowhere': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Catch?.[0] ?? {}, { Next: 'Close as needs persons' }),
  },
  'is named as instructions, questions and outcomes': {
    'a task in the words of programmers': (draft) => rename(draft, 'Take the fleet', 'Check the fleet'),
    'a task that is no instruction': (draft) => rename(draft, 'Take the fleet', 'Taking the fleet'),
    'a task that asks': (draft) => rename(draft, 'Take the fleet', 'Take the fleet?'),
    'a choice that does not ask': (draft) => rename(draft, 'Did every host recover?', 'Recovery'),
    'an ending that is an instruction': (draft) => rename(draft, 'Rolled back', 'Close it'),
    'a name for a program': (draft) => rename(draft, 'Take the fleet', 'take_the_fleet'),
    'a name longer than the 80 characters that a console shows': (draft) =>
      rename(draft, 'Take the fleet', `Take the ${'large '.repeat(12)}fleet`),
  },
  'says in a comment what each state is for': {
    'a task without a comment': (draft) => delete stateOf(draft, 'Take the fleet').Comment,
  },
  'tells its story in order': {
    'a step before the one that leads to it': (draft) => {
      const { 'Send initial alert': alert, ...others } = draft.States;
      draft.States = { 'Send initial alert': alert, ...others } as Draft['States'];
    },
    'a step after the endings': (draft) => {
      const { 'Send initial alert': alert, ...others } = draft.States;
      draft.States = { ...others, 'Send initial alert': alert } as Draft['States'];
    },
    'a failure before a success': (draft) => {
      const { 'Needs a person': person, ...others } = draft.States;
      draft.States = others;
      insertAfter(draft, 'Send rollback complete', { 'Needs a person': person ?? { Type: 'Fail' } });
    },
  },
  'gives every task an end': {
    'a task without a time': (draft) => delete stateOf(draft, 'Take the fleet').TimeoutSeconds,
    'a task with half a minute': (draft) => Object.assign(stateOf(draft, 'Take the fleet'), { TimeoutSeconds: 30 }),
  },
  'says of every error where it goes then': {
    'a task that catches one error only': (draft) => stateOf(draft, 'Open rollback').Catch?.pop(),
    'a task that catches everything first': (draft) => stateOf(draft, 'Open rollback').Catch?.reverse(),
  },
  'tries again what passes by itself, and never everything': {
    'a task that is never tried again': (draft) => Object.assign(stateOf(draft, 'Take the fleet'), { Retry: [] }),
    'a task that is tried again whatever happens': (draft) =>
      stateOf(draft, 'Take the fleet').Retry?.[0]?.ErrorEquals.splice(0, 1, 'States.ALL'),
    'a retry that is never made': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Retry?.[0] ?? {}, { MaxAttempts: 0 }),
  },
  'retries and catches only errors that somebody throws': {
    'a retry of an error misspelt': (draft) =>
      stateOf(draft, 'Take the fleet').Retry?.[0]?.ErrorEquals.splice(0, 1, 'FleetBussy'),
    'a catch of an error of nobody': (draft) =>
      stateOf(draft, 'Open rollback').Catch?.[0]?.ErrorEquals.splice(0, 1, 'Lambda.Timeout'),
  },
  'names a heading of the runbook at every ending': {
    'a cause that names no heading': (draft) =>
      Object.assign(stateOf(draft, 'Needs a person'), { Cause: 'See the runbook.' }),
    'a cause that names a heading that is not there': (draft) =>
      Object.assign(stateOf(draft, 'Needs a person'), { Cause: 'Runbook: docs/runbook.md#needs-persons' }),
    'a success that names no heading': (draft) =>
      Object.assign(stateOf(draft, 'Rolled back'), { Comment: 'It is over.' }),
    'a failure without a name': (draft) => Object.assign(stateOf(draft, 'Needs a person'), { Error: 'needs a person' }),
  },
  'assigns every variable before it is read, on every path': {
    'a variable that a failed state did not assign': (draft) =>
      delete stateOf(draft, 'Open rollback').Catch?.[1]?.Assign?.['fence'],
    'a variable that a state reads of itself': (draft) => delete stateOf(draft, 'Open rollback').Assign?.['problem'],
    'a variable misspelt': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$rolback') }),
    'a variable of one expression in another': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('($a := 1; $a)', '$a') }),
    'a variable before it is bound': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('($a; $a := 1)') }),
    'a function that nobody has': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$uppercas($rollback.id)') }),
    'what AWS took away': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload("$eval('1')") }),
    'an expression that ends too early': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$f(') }),
    'a variable that only a branch assigned': (draft) => {
      const inner = putInside(draft, 'Take the fleet', 'Parallel');
      Object.assign(inner.States['Take one'] ?? {}, { Assign: { taken: true } });
      Object.assign(stateOf(draft, 'Stop data ingestion'), { Arguments: payload('$taken') });
    },
    'a branch that assigns a variable around it': (draft) => {
      const inner = putInside(draft, 'Take the fleet', 'Parallel');
      Object.assign(inner.States['Take one'] ?? {}, { Assign: { fence: 1 } });
    },
    'a distributed Map that reads a variable around it': (draft) => {
      const inner = putInside(draft, 'Take the fleet', 'Map');
      Object.assign(inner, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } });
    },
  },
  'reads of $states only what is there': {
    'an error where none was caught': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$states.errorOutput.Error') }),
    'a result before there is one': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$states.result') }),
  },
  'has a way on for every choice, and asks only what is assigned': {
    'a choice without a Default': (draft) => delete stateOf(draft, 'Is there anything to do?').Default,
    'a question about the input': (draft) => ask(draft, '$exists($states.input.verdict)'),
    'a question that is not answered by true or false': (draft) => ask(draft, "'PASS'"),
  },
  'leaves nothing undefined where nothing catches it': {
    'a question about what may not be there': (draft) => ask(draft, "$rollback.verdict > 'PASS'"),
    'a cause of what may not be there': (draft) =>
      Object.assign(stateOf(draft, 'Needs a person'), {
        Cause: "{% $problem != null ? 'Runbook: docs/runbook.md#needs-a-person' %}",
      }),
    'a Pass that gives on what may not be there': (draft) => {
      const { Next } = stateOf(draft, 'Take the fleet');
      insertAfter(draft, 'Take the fleet', {
        'Keep the fence': pass({ Output: '{% $rollback.fence %}' }, Next),
      });
      stateOf(draft, 'Take the fleet').Next = 'Keep the fence';
    },
    'a Catch that takes the cause for JSON with a message': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Catch?.[0]?.Assign ?? {}, {
        problem: '{% $parse($states.errorOutput.Cause).errorMessage %}',
      }),
  },
  'calls functions of the stack, through their Lambda integration': {
    'a task that calls AWS itself': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Resource: 'arn:aws:states:::aws-sdk:ssm:sendCommand' }),
    'a task that calls a function by its name': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: { FunctionName: 'take-the-fleet' } }),
  },
  'leaves no failure without its reason: what is caught is kept, or which message was not sent': {
    'a Catch that forgets the problem': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Catch?.[0] ?? {}, { Assign: {} }),
    'a message that is lost without a word': (draft) =>
      Object.assign(stateOf(draft, 'Send initial alert').Catch?.[0] ?? {}, { Assign: { problem: 'x' } }),
  },
  'fits into Step Functions and into a template': {
    'a machine of a megabyte': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Comment: `A${'a'.repeat(1_048_576)}` }),
    'a machine that its template cannot hold': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Comment: `A${'\u00e9'.repeat(500_000)}` }),
  },
};

const payload = (...expressions: string[]) => ({
  FunctionName: '${TakeTheFleet}',
  Payload: { rollback: expressions.map((text) => `{% ${text} %}`) },
});
const pass = (fields: object, Next: string | undefined) => ({
  Type: 'Pass',
  Comment: 'Keeps it.',
  ...fields,
  Next: Next ?? '',
});
const ask = (draft: Draft, question: string) =>
  Object.assign(stateOf(draft, 'Did every host recover?').Choices?.[0] ?? {}, { Condition: `{% ${question} %}` });

describe.each(Object.entries(mutants))('"%s" finds', (rule, broken) => {
  test.each(Object.entries(broken))('%s', (_, breakIt) => {
    const draft = draftOf(phase);
    breakIt(draft);
    expect(rules[rule]?.(draft) ?? []).not.toEqual([]);
  });
});

test.each<[string, (draft: Draft) => void]>([
  ['a field that no state has', (draft) => Object.assign(stateOf(draft, 'Rolled back'), { Next: 'Page a person' })],
  ['a state type misspelt', (draft) => Object.assign(stateOf(draft, 'Rolled back'), { Type: 'Success' })],
])('"is Amazon States Language" finds %s', (_, breakIt) => {
  const draft = draftOf(phase);
  breakIt(draft);
  expect(language(draft)).not.toEqual([]);
});

test('every rule has been seen to find something', () => {
  expect(Object.keys(mutants).toSorted()).toEqual(Object.keys(rules).toSorted());
});

describe('no rule complains of', () => {
  test.each(['Parallel', 'Map'] as const)('a %s whose states read the variables around it', (type) => {
    const draft = draftOf(phase);
    putInside(draft, 'Take the fleet', type);
    expect(brokenRules(draft)).toEqual([]);
  });

  test.each([
    ['a name that an expression binds for itself', '($a := $rollback; $a.id)'],
    ["a function's own argument", '$map($rollback.hosts, function($host) { $host.name })'],
    ['a function that an expression defines', '($twice := function($x) { $x * 2 }; $twice($fence))'],
    ["a path's own focus and index", '$rollback.hosts@$host#$i.{ "name": $host.name, "at": $i }'],
    ["Step Functions' own functions", "$hash($parse('{}').a, 'MD5')"],
  ])('%s', (_, expression) => {
    const draft = draftOf(phase);
    Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload(expression) });
    expect(brokenRules(draft)).toEqual([]);
  });

  test.each([
    ['equality with what may not be there', "$rollback.verdict = 'PASS'"],
    ['what exists', '$exists($rollback.verdict)'],
    ['what is asked for before it is used', "($v := $rollback.verdict; $exists($v) ? $v : 'FAIL') = 'PASS'"],
  ])('a choice that asks for %s', (_, question) => {
    const draft = draftOf(phase);
    ask(draft, question);
    expect(brokenRules(draft)).toEqual([]);
  });
});
