import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AnyMachine, type AnyState, transitionsFrom } from '../../../statemachines/graph/transitions.ts';
import { headings } from '../../docs/headings.ts';
import { inside, readTooEarly } from './assigned.ts';
import { isDefinite, isQuestion } from './definite.ts';
import { errorsThatSomebodyThrows } from './errors.ts';
import { type Expression, expressionsOf, parsed } from './expressions.ts';
import { isEnding, outOfOrder } from './order.ts';

/** What is wrong with a machine, a sentence each; an empty list is what every machine must give. */
export type Rule = (machine: AnyMachine) => string[];

/** asl-validator has no type declarations. */
const aslValidator = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  readonly errors: readonly object[];
};

const anchors = headings(readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8'));

/** The states of a machine and of the machines inside them. */
function statesOf(machine: AnyMachine): [string, AnyState][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state],
    ...inside(state).flatMap((one) => statesOf(one.machine)),
  ]);
}

/** A rule about each state by itself: what is wrong with it. */
const each =
  (wrong: (state: AnyState, name: string) => readonly string[]): Rule =>
  (machine) =>
    statesOf(machine).flatMap(([name, state]) => wrong(state, name).map((what) => `${name} ${what}`));

const onlyIf = (wrong: boolean, what: string) => (wrong ? [what] : []);
/** The states whose work can fail, and which can therefore retry and catch. */
const works = ({ Type }: AnyState) => ['Task', 'Parallel', 'Map'].includes(Type);

/** Amazon States Language by its schema. */
export const language: Rule = (machine) =>
  // Its pattern for plain strings is `.+`, which no text of several lines fits; the language has no such rule.
  aslValidator(JSON.parse(JSON.stringify(machine).replaceAll('\\n', ' '))).errors.map((one) => JSON.stringify(one));

/** The rules for every machine that are ours. */
export const rules: Readonly<Record<string, Rule>> = {
  'ends by itself': ({ TimeoutSeconds = 0 }) => onlyIf(!(TimeoutSeconds > 0), 'the machine has no TimeoutSeconds'),

  'reaches every state it declares, and declares every state it reaches': unreached,

  'is named as instructions, questions and outcomes': (machine) => {
    const firstWord = (name: string) => name.split(' ')[0] ?? '';
    const instructions = new Set(statesOf(machine).flatMap(([name, state]) => (works(state) ? [firstWord(name)] : [])));
    return each((state, name) => [
      ...onlyIf(!/^[A-Z][A-Za-z0-9 ,.-]+\??$/.test(name) || name.length > 80, 'is no name for the console'),
      ...onlyIf(
        (state.Type === 'Choice') !== name.endsWith('?'),
        'must be a question where it is a Choice, and only there',
      ),
      // "Clear State" is the customer's own heading (seed, Phase 4).
      ...onlyIf(
        /\b(lambda|check|handler|eoj|notify|(?<!^Clear )state|task)\b/i.test(name),
        'is named in the words of programmers',
      ),
      ...onlyIf(works(state) && /(ed|ing)$/.test(firstWord(name)), 'is a task and no instruction'),
      ...onlyIf(
        isEnding(state) && instructions.has(firstWord(name)) && !/(ed|en)\b/.test(name),
        'is an ending and begins like an instruction',
      ),
    ])(machine);
  },

  'says in a comment what each state is for': each(({ Comment = '' }) =>
    onlyIf(!/^[A-Z].*[^ ]$/.test(Comment), 'has no comment'),
  ),

  'tells its story in order': outOfOrder,

  'gives every task an end': each(({ Type, TimeoutSeconds = 0 }) =>
    onlyIf(Type === 'Task' && typeof TimeoutSeconds === 'number' && TimeoutSeconds < 60, 'has under 60 s, or no time'),
  ),

  'says of every error where it goes then': each((state) => {
    const caught = (state.Catch ?? []).map(({ ErrorEquals }) => ErrorEquals.join());
    const all = caught.filter((errors) => errors.includes('States.ALL'));
    const lastOnly = all.length === 1 && caught.at(-1) === 'States.ALL';
    return onlyIf(works(state) && !lastOnly, 'does not catch States.ALL alone and last');
  }),

  'tries again what passes by itself, and never everything': each((state) => {
    const retried = state.Retry ?? [];
    const everything = retried.some(({ ErrorEquals }) => /States\.(ALL|TaskFailed)/.test(ErrorEquals.join()));
    return [
      ...onlyIf(state.Type === 'Task' && retried.length === 0, 'is never tried again'),
      ...onlyIf(everything || retried.some(({ MaxAttempts = 3 }) => MaxAttempts < 1), 'has a retry that is none'),
    ];
  }),

  'retries and catches only errors that somebody throws': each(({ Retry = [], Catch = [] }) =>
    [...Retry, ...Catch]
      .flatMap(({ ErrorEquals }) => ErrorEquals)
      .filter((error) => !errorsThatSomebodyThrows.has(error))
      .map((error) => `names ${error}, which nobody throws`),
  ),

  'names a heading of the runbook at every ending': each((state) => {
    const text = state.Type === 'Fail' ? (state.Cause ?? '') : (state.Comment ?? '');
    const heading = /Runbook: docs\/runbook\.md#([a-z-]+)/.exec(text)?.[1];
    return [
      ...onlyIf(isEnding(state) && !anchors.includes(heading ?? ''), `names no heading of docs/runbook.md: ${heading}`),
      ...onlyIf(state.Type === 'Fail' && !/^[A-Z][A-Za-z]+$/.test(state.Error ?? ''), 'fails without a name'),
    ];
  }),

  'assigns every variable before it is read, on every path': (machine) => readTooEarly(machine),

  'reads of $states only what is there': each((state) =>
    expressionsOf(state).flatMap(({ field, text }) => [
      ...onlyIf(field !== 'Catch' && text.includes('$states.errorOutput'), `reads an error in ${field}`),
      ...onlyIf(!/^(Output|Assign)$/.test(field) && text.includes('$states.result'), `reads a result in ${field}`),
    ]),
  ),

  'has a way on for every choice, and asks only what is assigned': each(({ Type, Default, Choices = [] }) => [
    ...onlyIf(Type === 'Choice' && (Default === undefined || Choices.length === 0), 'has no Default, or no rule'),
    ...Choices.flatMap(({ Condition }) => [
      ...onlyIf(Condition.includes('$states'), `asks for what is no variable: ${Condition}`),
      ...onlyIf(!isQuestion(node(Condition)), `asks what is not answered by true or false: ${Condition}`),
    ]),
  ]),

  'leaves nothing undefined where nothing catches it': each((state) =>
    uncaught(state)
      .filter(({ text }) => typeof parsed(text) !== 'string' && !isDefinite(parsed(text)))
      .map(({ field, text }) => `may be undefined in ${field}: ${text.trim()}`),
  ),

  'calls functions of the stack, through their Lambda integration': each(({ Type, Resource, Arguments }) => {
    const name = (Arguments as { FunctionName?: string } | undefined)?.FunctionName ?? '';
    const right =
      /^arn:aws:states:::lambda:invoke(\.waitForTaskToken)?$/.test(Resource ?? '') &&
      /^\$\{[A-Z][A-Za-z]+\}$/.test(name);
    return onlyIf(Type === 'Task' && !right, `calls ${Resource} ${name}`);
  }),

  'leaves no failure without its reason: what is caught is kept, or which message was not sent': each((state) => {
    const tells = (state.Arguments as { FunctionName?: string } | undefined)?.FunctionName === '${SendMessage}';
    const kept = tells ? 'unsent' : 'problem';
    return (state.Catch ?? []).flatMap(({ Assign = {} }) =>
      onlyIf(!Object.keys(Assign).some((variable) => variable.startsWith(kept)), `catches and forgets the ${kept}`),
    );
  }),

  'fits into Step Functions and into a template': (machine) => {
    // As cdk/machine.ts gives it to the template, where it is a string in a JSON file. Both quotas are of 1 MB.
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

/** What fails the whole execution where it cannot be evaluated: all of a state without Catch, and what a Catch assigns. */
const uncaught = (state: AnyState): Expression[] =>
  expressionsOf(state).filter(({ field }) => field === 'Catch' || !state.Catch?.length);
