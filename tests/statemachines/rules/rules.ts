import { readFileSync } from 'node:fs';
import { type AnyMachine, type AnyState, transitionsFrom } from '../../../statemachines/graph/transitions.ts';
import { headings } from '../../docs/headings.ts';
import { aslValidator } from './asl-validator.ts';
import { inside, readTooEarly } from './assigned.ts';
import { isBoolean, isDefinite } from './definite.ts';
import { existingErrors } from './errors.ts';
import { type Expression, expressionsOf, parsed } from './expressions.ts';
import { isEnding, outOfOrder } from './order.ts';

/** Returns one sentence per mistake of a machine; an empty list if there is none. */
export type Rule = (machine: AnyMachine) => string[];

const anchors = headings(readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8'));

/** The states of a machine and of the machines inside them. */
function statesOf(machine: AnyMachine): [string, AnyState][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state],
    ...inside(state).flatMap((one) => statesOf(one.machine)),
  ]);
}

/** Returns a rule that checks each state alone. */
const each =
  (wrong: (state: AnyState, name: string) => readonly string[]): Rule =>
  (machine) =>
    statesOf(machine).flatMap(([name, state]) => wrong(state, name).map((what) => `${name} ${what}`));

const onlyIf = (wrong: boolean, what: string) => (wrong ? [what] : []);
/** Returns whether a state can fail, and can therefore retry and catch. */
const works = ({ Type }: AnyState) => ['Task', 'Parallel', 'Map'].includes(Type);

/** Checks a machine against the schema of Amazon States Language. */
export const language: Rule = (machine) =>
  // The schema's pattern for plain strings is `.+`, which refuses texts of several lines. The language has no such rule.
  aslValidator(JSON.parse(JSON.stringify(machine).replaceAll('\\n', ' '))).errors.map((one) => JSON.stringify(one));

/** This product's own rules for every machine. */
export const rules: Readonly<Record<string, Rule>> = {
  'has a timeout': ({ TimeoutSeconds = 0 }) => onlyIf(!(TimeoutSeconds > 0), 'the machine has no TimeoutSeconds'),

  'reaches every declared state, and declares every reached state': unreached,

  'names tasks as instructions, choices as questions, endings as outcomes': (machine) => {
    const firstWord = (name: string) => name.split(' ')[0] ?? '';
    const instructions = new Set(statesOf(machine).flatMap(([name, state]) => (works(state) ? [firstWord(name)] : [])));
    return each((state, name) => [
      ...onlyIf(
        !/^[A-Z][A-Za-z0-9 ,.-]+\??$/.test(name) || name.length > 80,
        'is no readable name of at most 80 characters',
      ),
      ...onlyIf(
        (state.Type === 'Choice') !== name.endsWith('?'),
        'must be a question if it is a Choice, and only then',
      ),
      // "Clear State" is the customer's own heading (procedure, Phase 4).
      ...onlyIf(
        /\b(lambda|check|handler|eoj|notify|(?<!^(Phase \d+ - )?Clear )state|task)\b/i.test(name),
        'uses a word of programmers',
      ),
      ...onlyIf(works(state) && /(ed|ing)$/.test(firstWord(name)), 'is a task but no instruction'),
      ...onlyIf(
        isEnding(state) && instructions.has(firstWord(name)) && !/(ed|en)\b/.test(name),
        'is an ending but begins like an instruction',
      ),
    ])(machine);
  },

  'has a comment on every state': each(({ Comment = '' }) => onlyIf(!/^[A-Z].*[^ ]$/.test(Comment), 'has no comment')),

  'lists its states in order': outOfOrder,

  'gives every task a timeout': each(({ Type, TimeoutSeconds = 0 }) =>
    onlyIf(
      Type === 'Task' && typeof TimeoutSeconds === 'number' && TimeoutSeconds < 60,
      'has a timeout under 60 s, or none',
    ),
  ),

  'catches every error': each((state) => {
    const caught = (state.Catch ?? []).map(({ ErrorEquals }) => ErrorEquals.join());
    const all = caught.filter((errors) => errors.includes('States.ALL'));
    const lastOnly = all.length === 1 && caught.at(-1) === 'States.ALL';
    return onlyIf(works(state) && !lastOnly, 'does not catch States.ALL alone and last');
  }),

  'retries transient errors, and never every error': each((state) => {
    const retried = state.Retry ?? [];
    const everything = retried.some(({ ErrorEquals }) => /States\.(ALL|TaskFailed)/.test(ErrorEquals.join()));
    return [
      ...onlyIf(state.Type === 'Task' && retried.length === 0, 'has no retry'),
      ...onlyIf(
        everything || retried.some(({ MaxAttempts = 3 }) => MaxAttempts < 1),
        'retries every error, or has a retry without an attempt',
      ),
    ];
  }),

  'retries and catches only errors that exist': each(({ Retry = [], Catch = [] }) =>
    [...Retry, ...Catch]
      .flatMap(({ ErrorEquals }) => ErrorEquals)
      .filter((error) => !existingErrors.has(error))
      .map((error) => `names ${error}, which nothing throws`),
  ),

  'names a heading of the runbook in every ending': each((state) => {
    const text = state.Type === 'Fail' ? (state.Cause ?? '') : (state.Comment ?? '');
    const heading = /Runbook: docs\/runbook\.md#([a-z-]+)/.exec(text)?.[1];
    return [
      ...onlyIf(isEnding(state) && !anchors.includes(heading ?? ''), `names no heading of docs/runbook.md: ${heading}`),
      ...onlyIf(state.Type === 'Fail' && !/^[A-Z][A-Za-z]+$/.test(state.Error ?? ''), 'fails without a name'),
    ];
  }),

  'assigns every variable before it is read, on every path': (machine) => readTooEarly(machine),

  'reads only fields of $states that exist': each((state) =>
    expressionsOf(state).flatMap(({ field, text }) => [
      ...onlyIf(field !== 'Catch' && text.includes('$states.errorOutput'), `reads an error in ${field}`),
      ...onlyIf(!/^(Output|Assign)$/.test(field) && text.includes('$states.result'), `reads a result in ${field}`),
    ]),
  ),

  'has a Default in every choice, and tests only variables': each(({ Type, Default, Choices = [] }) => [
    ...onlyIf(Type === 'Choice' && (Default === undefined || Choices.length === 0), 'has no Default, or no rule'),
    ...Choices.flatMap(({ Condition }) => [
      ...onlyIf(Condition.includes('$states'), `tests a value that is no variable: ${Condition}`),
      ...onlyIf(!isBoolean(node(Condition)), `has a condition that is not true or false: ${Condition}`),
    ]),
  ]),

  'leaves no value undefined outside of a Catch': each((state) =>
    uncaught(state)
      .filter(({ text }) => typeof parsed(text) !== 'string' && !isDefinite(parsed(text)))
      .map(({ field, text }) => `may be undefined in ${field}: ${text.trim()}`),
  ),

  'calls only functions of the stack, through the Lambda integration': each(({ Type, Resource, Arguments }) => {
    const name = (Arguments as { FunctionName?: string } | undefined)?.FunctionName ?? '';
    const right =
      /^arn:aws:states:::lambda:invoke(\.waitForTaskToken)?$/.test(Resource ?? '') &&
      /^\$\{[A-Z][A-Za-z]+\}$/.test(name);
    return onlyIf(Type === 'Task' && !right, `calls ${Resource} ${name}`);
  }),

  'keeps the reason of every failure: the caught problem, or the unsent message': each((state) => {
    const sends = (state.Arguments as { FunctionName?: string } | undefined)?.FunctionName === '${SendMessage}';
    return (state.Catch ?? []).flatMap(({ ErrorEquals, Assign = {} }) => {
      // A refusal is no message that could not be sent.
      const kept = sends && ErrorEquals.includes('States.ALL') ? 'unsent' : 'problem';
      return onlyIf(
        !Object.keys(Assign).some((variable) => variable.startsWith(kept)),
        `catches an error and does not keep the ${kept}`,
      );
    });
  }),

  'fits the limits of Step Functions and of a template': (machine) => {
    // cdk/machine.ts writes the definition as a string into the template, which is a JSON file. Both quotas are 1 MB.
    const text = JSON.stringify(machine, null, 2);
    return [
      ...onlyIf(text.length > 1_048_576, `is ${text.length} characters long; Step Functions takes 1,048,576`),
      ...onlyIf(Buffer.byteLength(JSON.stringify(text)) > 1_000_000, 'leaves no room in a CloudFormation template'),
    ];
  },
};

const node = (condition: string) => parsed(condition.replace(/^\{%|%\}$/g, ''));

function unreached(machine: AnyMachine): string[] {
  const reached = new Set([machine.StartAt]);
  for (const name of reached)
    for (const { to } of transitionsFrom(machine.States[name] ?? { Type: 'Fail' })) reached.add(to);
  return [
    ...Object.keys(machine.States)
      .filter((name) => !reached.has(name))
      .map((name) => `nothing leads to ${name}`),
    ...[...reached].filter((name) => !(name in machine.States)).map((name) => `there is no ${name}`),
    ...Object.values(machine.States).flatMap((state) => inside(state).flatMap((one) => unreached(one.machine))),
  ];
}

/** Returns the expressions whose error fails the execution: all of a state without Catch, and those of a Catch. */
const uncaught = (state: AnyState): Expression[] =>
  expressionsOf(state).filter(({ field }) => field === 'Catch' || !state.Catch?.length);
