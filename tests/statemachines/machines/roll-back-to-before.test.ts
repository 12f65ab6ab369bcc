import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { readInfra } from '../../../config/infra.ts';
import { partOf } from '../../../domain/infra/part.ts';
import type { Choice, Task } from '../../../statemachines/asl.ts';
import { stateMachines } from '../../../statemachines/state-machines.ts';
import { mostApprovers } from '../../../statemachines/states/several-phases.ts';

const machines = stateMachines(readInfra());
const machine = machines['phase-roll-back-to-before'];
if (!machine) throw new Error('The machine of several phases is not rendered.');
type Step = { Arguments: { Payload: { step: Record<string, unknown> } }; Comment: string };
const step = (of: string, name: string) => machines[of]?.States[name] as unknown as Step;

const own = Object.keys(machine.States).filter((name) => name.startsWith('Phase '));
const named = (name: string) => /^Phase (\d+) - (.+)$/.exec(name) ?? [];

test('has every step of every phase, the latest phase first, and the steps that concern whole hosts last', () => {
  const phases = own.map((name) => Number(named(name)[1]));
  expect(phases).toEqual(phases.toSorted((a, b) => b - a));
  expect(own).toHaveLength(readInfra().runbooks.flatMap(({ steps }) => steps).length);
  expect(own.slice(-3)).toEqual([
    'Phase 1 - Restore previous version',
    'Phase 1 - Verify system health',
    'Phase 1 - Resume operations',
  ]);
});

describe('a step is that of its phase', () => {
  test.each(own)('%s', (name) => {
    const [, phase = '', of = ''] = named(name);
    const {
      id,
      name: __,
      parameters,
      phase: part,
      ...rest
    } = step('phase-roll-back-to-before', name).Arguments.Payload.step as {
      id: string;
      name: string;
      parameters: object;
      phase: number;
    };
    const {
      id: ownId,
      name: ___,
      parameters: ownParameters,
      ...same
    } = step(`phase-${phase}`, of).Arguments.Payload.step as { id: string; name: string; parameters: object };
    expect([id, part]).toEqual([`phase-${phase}-${ownId}`, Number(phase)]);
    expect([rest, parameters]).toEqual([same, { ...ownParameters, Step: id }]);
  });
});

test('holds deployments beside its first step, once and for no phase, and its failure stops nothing', () => {
  const held = machine.States['Hold deployments'] as Task;
  expect((machine.States['Send initial alert'] as Task).Next).toBe('Hold deployments');
  expect([held.Next, held.Catch?.at(-1)?.Next]).toEqual(['Roll back phase 4?', 'Roll back phase 4?']);
  const { InvocationType, Payload } = held.Arguments as { InvocationType: string; Payload: Record<string, object> };
  expect(InvocationType).toBe('Event');
  expect(Payload).toMatchObject({ only: 'freeze', hold: { id: 'hold-deployments', parameters: { Target: 'none' } } });
  expect(Payload['hold']).not.toHaveProperty('phase');
});

test('asks nobody whether to begin, because only a person starts it', () => {
  const { Choices } = machine.States['Is there anything to do?'] as Choice;
  expect(Choices.slice(0, 4).map(({ Comment, Next }) => [Comment, Next])).toEqual([
    ['yes', 'Send initial alert'],
    ['people decide', 'Ask a person'],
    ['resume', 'Resume where?'],
    ['ask again', 'Hand over to an operator'],
  ]);
  const asked = machine.States['Ask a person'] as Task;
  expect(asked.Arguments).toMatchObject({ Payload: { templates: { hand_over: expect.any(String) }, runbooks: [] } });
});

test('wants as many approvers as the phase of the rollback that wants most', async () => {
  const parts = readInfra().runbooks.map((runbook) => partOf({ ...runbook, approvers: runbook.phase === 2 ? 2 : 1 }));
  const expression = String(mostApprovers(parts)).replace(/^\{% | %\}$/g, '');
  const wanted = (...phases: number[]) => jsonata(expression).evaluate(null, { rollback: { phases } });
  expect([await wanted(4, 3), await wanted(4, 3, 2), await wanted(4)]).toEqual([1, 2, 1]);
  expect(mostApprovers(parts.filter(({ phase }) => phase > 2))).toBe(1);
});

describe('a rollback of several phases that could not continue', () => {
  const resume = machine.States['Resume where?'] as Choice;
  const goesOn = (state: string) => resume.Choices.find(({ Condition }) => Condition.includes(`'${state}'`))?.Next;

  test('is handed over at every step and after an unconfirmed recovery, with the steps that restore code', () => {
    const steps = Object.entries(machine.States).filter(([name]) => /^Phase \d - /.test(name));
    for (const [, state] of steps)
      expect((state as Task).Catch.find(({ ErrorEquals }) => ErrorEquals.includes('StepFailed'))?.Next).toBe(
        'Hand over to an operator',
      );
    expect((machine.States['Did every host recover?'] as Choice).Default).toBe('Hand over to an operator');
    const handOver = machine.States['Hand over to an operator'] as Task;
    expect(handOver.Arguments).toMatchObject({
      Payload: {
        restoring: [
          'Phase 3 - Restore integration layer',
          'Phase 2 - Restore algorithm',
          'Phase 1 - Restore previous version',
        ],
      },
    });
  });

  test('goes on at each of its steps, in their order', () => {
    const names = Object.keys(machine.States).filter((name) => /^Phase \d - /.test(name));
    expect(names.map(goesOn)).not.toContain(undefined);
    expect(goesOn('Phase 4 - Disable new features')).toBe('Phase 4 - Disable new features');
    expect(goesOn('Confirm recovery')).toBe('Confirm recovery');
    const read = machine.States['Read the decision'] as Task;
    expect((read.Arguments as { Payload: { steps: string[] } }).Payload.steps).toEqual(names);
  });

  test('asks again whether a phase is rolled back before it begins one, and lets others act before whole hosts', () => {
    expect(goesOn('Phase 3 - Disable A-B testing')).toBe('Roll back phase 3?');
    expect(goesOn('Phase 1 - Restore previous version')).toBe('Judge whole hosts?');
  });
});
