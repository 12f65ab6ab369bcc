import { describe, expect, test } from 'vitest';
import { readInfra } from '../../../config/infra.ts';
import { stateMachines } from '../../../statemachines/state-machines.ts';

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

test('asks nobody, because only a person starts it', () => {
  expect(Object.keys(machine.States)).not.toContain('Ask a person');
});

test('takes the fleet by its opening, or waits for it, and is not handed over', () => {
  const { Choices } = machine.States['Is there anything to do?'] as unknown as {
    Choices: { Comment: string; Next: string }[];
  };
  expect(Choices.slice(0, 3).map(({ Comment, Next }) => [Comment, Next])).toEqual([
    ['yes', 'Send initial alert'],
    ['plan only', 'Plan the rollback'],
    ['busy', 'Take the fleet'],
  ]);
  expect(Object.keys(machine.States)).not.toContain('Hand over to an operator');
});
