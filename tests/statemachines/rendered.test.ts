import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readInfra } from '../../config/infra.ts';
import type { AnyMachine } from '../../statemachines/graph/transitions.ts';
import { renderedFile, renderedText, stateMachines } from '../../statemachines/state-machines.ts';
import { type Draft, draftOf, insertAfter, putInside, rename, stateOf } from './rules/draft.ts';
import { language, rules } from './rules/rules.ts';

const rendered = Object.entries(stateMachines(readInfra()));

test('every rendered file belongs to a machine', () => {
  const files = readdirSync(new URL('.', renderedFile('any')));
  expect(files.toSorted()).toEqual(rendered.map(([name]) => `${name}.asl.json`).toSorted());
});

describe.each(rendered)('%s', (name, machine) => {
  test('matches infra/; if not, run npm run render', () => {
    expect(readFileSync(renderedFile(name), 'utf8')).toBe(renderedText(machine));
  });

  test.each([['is Amazon States Language', language] as const, ...Object.entries(rules)])('%s', (_, rule) => {
    expect(rule(machine)).toEqual([]);
  });
});

const phase = rendered.find(([name]) => name === 'phase-1')?.[1] as AnyMachine;
const brokenRules = (machine: AnyMachine) =>
  Object.entries(rules).flatMap(([title, rule]) => (rule(machine).length > 0 ? [title] : []));

/** By rule, changes of the machine of phase 1 that this rule must find. Other rules may find them too. */
const mutants: Readonly<Record<keyof typeof rules, Readonly<Record<string, (draft: Draft) => void>>>> = {
  'has a timeout': {
    'a machine without a timeout': (draft) => delete draft.TimeoutSeconds,
  },
  'reaches every declared state, and declares every reached state': {
    'a state that nothing leads to': (draft) =>
      insertAfter(draft, 'Take the fleet', { 'Wait for nobody': stateOf(draft, 'Take the fleet') }),
    'a state that a changed Next leaves out': (draft) => {
      const asking = stateOf(draft, 'Ask a person');
      asking.Next = 'Take the fleet';
      for (const one of asking.Catch ?? []) Object.assign(one, { Next: 'Take the fleet' });
    },
    'a Catch that leads nowhere': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Catch?.[0] ?? {}, { Next: 'Close as needs persons' }),
  },
  'names tasks as instructions, choices as questions, endings as outcomes': {
    'a task with a word of programmers': (draft) => rename(draft, 'Take the fleet', 'Check the fleet'),
    'a task whose name is no instruction': (draft) => rename(draft, 'Take the fleet', 'Taking the fleet'),
    'a task whose name is a question': (draft) => rename(draft, 'Take the fleet', 'Take the fleet?'),
    'a choice whose name is no question': (draft) => rename(draft, 'Did every host recover?', 'Recovery'),
    'an ending whose name is an instruction': (draft) => rename(draft, 'Rolled back', 'Close it'),
    'a name in snake case': (draft) => rename(draft, 'Take the fleet', 'take_the_fleet'),
    'a name longer than the 80 characters that a console shows': (draft) =>
      rename(draft, 'Take the fleet', `Take the ${'large '.repeat(12)}fleet`),
  },
  'has a comment on every state': {
    'a task without a comment': (draft) => delete stateOf(draft, 'Take the fleet').Comment,
  },
  'lists its states in order': {
    'a step before the state that leads to it': (draft) => {
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
  'gives every task a timeout': {
    'a task without a timeout': (draft) => delete stateOf(draft, 'Take the fleet').TimeoutSeconds,
    'a task with a timeout of half a minute': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { TimeoutSeconds: 30 }),
  },
  'catches every error': {
    'a task that catches only one error': (draft) => stateOf(draft, 'Open rollback').Catch?.pop(),
    'a task that catches everything first': (draft) => stateOf(draft, 'Open rollback').Catch?.reverse(),
  },
  'retries transient errors, and never every error': {
    'a task without a retry': (draft) => Object.assign(stateOf(draft, 'Take the fleet'), { Retry: [] }),
    'a task that retries every error': (draft) =>
      stateOf(draft, 'Take the fleet').Retry?.[0]?.ErrorEquals.splice(0, 1, 'States.ALL'),
    'a retry with no attempt': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Retry?.[0] ?? {}, { MaxAttempts: 0 }),
  },
  'retries and catches only errors that exist': {
    'a retry of a misspelt error': (draft) =>
      stateOf(draft, 'Take the fleet').Retry?.[0]?.ErrorEquals.splice(0, 1, 'FleetBussy'),
    'a catch of an error that nothing throws': (draft) =>
      stateOf(draft, 'Open rollback').Catch?.[0]?.ErrorEquals.splice(0, 1, 'Lambda.Timeout'),
  },
  'names a heading of the runbook in every ending': {
    'a cause that names no heading': (draft) =>
      Object.assign(stateOf(draft, 'Needs a person'), { Cause: 'See the runbook.' }),
    'a cause that names an unknown heading': (draft) =>
      Object.assign(stateOf(draft, 'Needs a person'), { Cause: 'Runbook: docs/runbook.md#needs-persons' }),
    'a success that names no heading': (draft) =>
      Object.assign(stateOf(draft, 'Rolled back'), { Comment: 'It is over.' }),
    'a failure without a name': (draft) => Object.assign(stateOf(draft, 'Needs a person'), { Error: 'needs a person' }),
  },
  'assigns every variable before it is read, on every path': {
    'a variable that a failed state did not assign': (draft) =>
      delete stateOf(draft, 'Open rollback').Catch?.at(-1)?.Assign?.['fence'],
    'a variable that a state reads before it assigns it': (draft) =>
      delete stateOf(draft, 'Open rollback').Assign?.['problem'],
    'a misspelt variable': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$rolback') }),
    'a variable of one expression in another': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('($a := 1; $a)', '$a') }),
    'a variable before it is bound': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('($a; $a := 1)') }),
    'an unknown function': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$uppercas($rollback.id)') }),
    'a function that AWS removed': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload("$eval('1')") }),
    'an expression that ends too early': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$f(') }),
    'a variable that only a branch assigned': (draft) => {
      const inner = putInside(draft, 'Take the fleet', 'Parallel');
      Object.assign(inner.States['Take one'] ?? {}, { Assign: { taken: true } });
      Object.assign(stateOf(draft, 'Stop data ingestion'), { Arguments: payload('$taken') });
    },
    'a branch that assigns a variable of the outer machine': (draft) => {
      const inner = putInside(draft, 'Take the fleet', 'Parallel');
      Object.assign(inner.States['Take one'] ?? {}, { Assign: { fence: 1 } });
    },
    'a distributed Map that reads a variable of the outer machine': (draft) => {
      const inner = putInside(draft, 'Take the fleet', 'Map');
      Object.assign(inner, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } });
    },
  },
  'reads only fields of $states that exist': {
    'an error outside of a Catch': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$states.errorOutput.Error') }),
    'a result before the task has run': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload('$states.result') }),
  },
  'has a Default in every choice, and tests only variables': {
    'a choice without a Default': (draft) => delete stateOf(draft, 'Is there anything to do?').Default,
    'a condition on the input': (draft) => ask(draft, '$exists($states.input.verdict)'),
    'a condition that is not true or false': (draft) => ask(draft, "'PASS'"),
  },
  'leaves no value undefined outside of a Catch': {
    'a condition on a field that may not exist': (draft) => ask(draft, "$rollback.verdict > 'PASS'"),
    'a cause that may be undefined': (draft) =>
      Object.assign(stateOf(draft, 'Needs a person'), {
        Cause: "{% $problem != null ? 'Runbook: docs/runbook.md#needs-a-person' %}",
      }),
    'a Pass that outputs a field that may not exist': (draft) => {
      const { Next } = stateOf(draft, 'Take the fleet');
      insertAfter(draft, 'Take the fleet', {
        'Keep the fence': pass({ Output: '{% $rollback.fence %}' }, Next),
      });
      stateOf(draft, 'Take the fleet').Next = 'Keep the fence';
    },
    'a Catch that assumes a JSON cause with a message': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Catch?.[0]?.Assign ?? {}, {
        problem: '{% $parse($states.errorOutput.Cause).errorMessage %}',
      }),
  },
  'calls only functions of the stack, through the Lambda integration': {
    'a task that calls an AWS API directly': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Resource: 'arn:aws:states:::aws-sdk:ssm:sendCommand' }),
    'a task that calls a function by its name': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: { FunctionName: 'take-the-fleet' } }),
  },
  'keeps the reason of every failure: the caught problem, or the unsent message': {
    'a Catch that forgets the problem': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet').Catch?.[0] ?? {}, { Assign: {} }),
    'a message whose failure is not recorded': (draft) =>
      Object.assign(stateOf(draft, 'Send initial alert').Catch?.at(-1) ?? {}, { Assign: { problem: 'x' } }),
  },
  'fits the limits of Step Functions and of a template': {
    'a machine of a megabyte': (draft) =>
      Object.assign(stateOf(draft, 'Take the fleet'), { Comment: `A${'a'.repeat(1_048_576)}` }),
    'a machine that is too large for its template': (draft) =>
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

test('every rule has a change that it finds', () => {
  expect(Object.keys(mutants).toSorted()).toEqual(Object.keys(rules).toSorted());
});

describe('no rule refuses', () => {
  test.each(['Parallel', 'Map'] as const)('a %s whose states read variables of the outer machine', (type) => {
    const draft = draftOf(phase);
    putInside(draft, 'Take the fleet', type);
    expect(brokenRules(draft)).toEqual([]);
  });

  test.each([
    ['a name that the expression binds', '($a := $rollback; $a.id)'],
    ["a function's own argument", '$map($rollback.hosts, function($host) { $host.name })'],
    ['a function that an expression defines', '($twice := function($x) { $x * 2 }; $twice($fence))'],
    ["a path's focus and index", '$rollback.hosts@$host#$i.{ "name": $host.name, "at": $i }'],
    ["Step Functions' own functions", "$hash($parse('{}').a, 'MD5')"],
  ])('%s', (_, expression) => {
    const draft = draftOf(phase);
    Object.assign(stateOf(draft, 'Take the fleet'), { Arguments: payload(expression) });
    expect(brokenRules(draft)).toEqual([]);
  });

  test.each([
    ['equality with a field that may not exist', "$rollback.verdict = 'PASS'"],
    ['whether a field exists', '$exists($rollback.verdict)'],
    ['a field whose existence is tested first', "($v := $rollback.verdict; $exists($v) ? $v : 'FAIL') = 'PASS'"],
  ])('a choice that tests %s', (_, question) => {
    const draft = draftOf(phase);
    ask(draft, question);
    expect(brokenRules(draft)).toEqual([]);
  });
});
