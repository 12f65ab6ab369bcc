import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import * as errors from '../../domain/errors.ts';
import type { State, StateMachine, Task } from '../../statemachines/asl.ts';
import { readInfra, renderedFile, renderedText, stateMachines } from '../../statemachines/files.ts';

/** asl-validator has no type declarations. */
const aslValidator = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => object;

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const folder = new URL('.', renderedFile('any'));
const rendered = Object.entries(stateMachines(readInfra()));

/** Errors of others that a definition may name: Lambda's and its SDK's, and DynamoDB's and SSM's through the functions. */
const ofOthers = [
  'States.ALL',
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'TimeoutError',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'InternalServerError',
];

const headings = read('docs/runbook.md')
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3).toLowerCase().replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'));

type Edge = { readonly to: string; readonly assigns: Readonly<Record<string, unknown>> };

/** Where a state may lead, and what is assigned on the way. */
function edges(state: State): Edge[] {
  if (state.Type === 'Task')
    return [
      { to: state.Next, assigns: state.Assign ?? {} },
      ...state.Catch.map(({ Next, Assign }) => ({ to: Next, assigns: Assign })),
    ];
  if (state.Type === 'Choice')
    return [...state.Choices.map(({ Next }) => Next), state.Default].map((to) => ({ to, assigns: {} }));
  return [];
}

/** The variables an expression anywhere in a value reads; what it binds itself with := is its own. */
function variablesIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(variablesIn);
  if (typeof value !== 'string' || !value.startsWith('{%')) return [];
  const text = value.replaceAll(/'[^']*'/g, '');
  const own = [...text.matchAll(/\$(\w+)\s*:=/g)].map(([, name]) => name);
  const named = [...text.matchAll(/\$([A-Za-z_]\w*)(?!\w*\()/g)].map(([, name = '']) => name);
  return named.filter((name) => name !== 'states' && !own.includes(name));
}

/** By state, the variables that are assigned on every path to it. */
function assignedBefore({ StartAt, States }: StateMachine): Map<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>([[StartAt, new Set()]]);
  const pending = [StartAt];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const state = States[name];
    if (!state) continue;
    for (const { to, assigns } of edges(state)) {
      const after = new Set([...(before.get(name) ?? []), ...Object.keys(assigns)]);
      const known = before.get(to);
      const both = known ? known.intersection(after) : after;
      if (known?.size === both.size) continue;
      before.set(to, both);
      pending.push(to);
    }
  }
  return before;
}

test('every rendered file is of a machine', () => {
  expect(readdirSync(folder).toSorted()).toEqual(rendered.map(([name]) => `${name}.asl.json`).toSorted());
});

describe.each(rendered)('%s', (name, machine) => {
  const states = Object.entries(machine.States);
  const ofType = <Type extends State['Type']>(type: Type) =>
    states.filter((entry): entry is [string, Extract<State, { Type: Type }>] => entry[1].Type === type);
  const tasks: [string, Task][] = ofType('Task');

  test('is rendered as infra/ says now; npm run render writes it', () => {
    expect(readFileSync(renderedFile(name), 'utf8')).toBe(renderedText(machine));
  });

  test('is Amazon States Language', () => {
    // Its pattern for plain strings is `.+`, which no text of several lines fits; the language has no such rule.
    expect(aslValidator(JSON.parse(renderedText(machine).replaceAll('\\n', ' ')))).toMatchObject({
      isValid: true,
      errors: [],
    });
  });

  test('ends by itself', () => {
    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
  });

  test('reaches every state it declares, and declares every state it reaches', () => {
    const reached = new Set([machine.StartAt]);
    for (const state of reached) for (const { to } of edges(machine.States[state] as State)) reached.add(to);
    expect([...reached].toSorted()).toEqual(Object.keys(machine.States).toSorted());
  });

  test('assigns every variable before it is read, on every path', () => {
    const before = assignedBefore(machine);
    const unassigned = states.flatMap(([state, body]) =>
      variablesIn(body)
        .filter((variable) => !before.get(state)?.has(variable))
        .map((variable) => `${state} reads ${variable}`),
    );
    expect(unassigned).toEqual([]);
  });

  test('names tasks as instructions, choices as questions, endings as outcomes', () => {
    for (const [state, { Type }] of states) expect([state, state.endsWith('?')]).toEqual([state, Type === 'Choice']);
    for (const [state] of states) expect(state).toMatch(/^[A-Z][A-Za-z0-9 ,.-]+\??$/);
    for (const [state] of states) expect(state).not.toMatch(/\b(Lambda|Handler|Check|Notify|State|Task)\b/);
  });

  test('says in a comment what each state is for', () => {
    for (const [state, { Comment }] of states)
      expect([state, Comment]).toEqual([state, expect.stringMatching(/^[A-Z].*[^ ]$/)]);
  });

  test('has endings last, successes before failures or beside their own closing', () => {
    const types = states.map(([, { Type }]) => Type);
    expect(types.at(-1)).toBe('Fail');
    expect(types.indexOf('Succeed')).toBeLessThan(types.indexOf('Fail'));
  });

  test.each(tasks)('"%s" gives up in the end and says where it goes then', (_, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThanOrEqual(60);
    expect(task.Catch.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    for (const { ErrorEquals } of task.Catch.slice(0, -1)) expect(ErrorEquals).not.toContain('States.ALL');
  });

  test.each(tasks)(
    '"%s" is tried again where the failure passes by itself, and never for everything',
    (_, { Retry }) => {
      expect(Retry.length).toBeGreaterThan(0);
      for (const { ErrorEquals, MaxAttempts } of Retry) {
        expect(MaxAttempts).toBeGreaterThan(0);
        expect(ErrorEquals).not.toContain('States.ALL');
        expect(ErrorEquals).not.toContain('States.TaskFailed');
      }
    },
  );

  test.each(tasks)('"%s" calls a function of the stack with its Lambda integration', (_, task) => {
    expect(task.Resource).toBe('arn:aws:states:::lambda:invoke');
    expect(task.Arguments).toMatchObject({ FunctionName: expect.stringMatching(/^\$\{[A-Z][A-Za-z]+\}$/) });
  });

  test('retries and catches only errors that somebody throws', () => {
    const named = tasks.flatMap(([, { Retry, Catch }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect([...Object.keys(errors), ...ofOthers]).toEqual(expect.arrayContaining(named));
  });

  test('has a way on for every choice', () => {
    for (const [, choice] of ofType('Choice')) {
      expect(machine.States).toHaveProperty([choice.Default]);
      expect(choice.Choices.length).toBeGreaterThan(0);
    }
  });

  test.each(ofType('Fail'))(
    '"%s" tells which error, and which heading of the runbook to open',
    (_, { Error: error, Cause }) => {
      expect(error).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(headings).toContain(/Runbook: docs\/runbook\.md#([a-z-]+)/.exec(Cause)?.[1]);
    },
  );

  test.each(ofType('Succeed'))('"%s" names a heading of the runbook', (_, { Comment }) => {
    expect(headings).toContain(/Runbook: docs\/runbook\.md#([a-z-]+)/.exec(Comment)?.[1]);
  });

  test('leaves no failure without its reason: every catch keeps the problem, or says which message was not sent', () => {
    for (const [state, { Arguments, Catch }] of tasks) {
      const tells = (Arguments as { FunctionName: string }).FunctionName === '${SendMessage}';
      for (const { Assign } of Catch)
        expect([state, Object.keys(Assign)]).toEqual([state, expect.arrayContaining([tells ? 'unsent' : 'problem'])]);
    }
  });
});
