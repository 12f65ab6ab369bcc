import { NestedStack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Machine, type MachineProps } from './machine.ts';

/**
 * The nested stack of the machine that rolls several phases back. A template of its own, because the machine has the steps of
 * every phase: of twenty phases, they would fill the stack's template. It has no triggers and no rules: only people start it.
 */
export class SeveralPhases extends NestedStack {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id, {
      description: 'The rollback of several phases, from the latest down to the one that a person names.',
    });
    const definition = narrow(props.definition);
    this.stateMachine = new Machine(this, 'Machine', { ...props, definition }).stateMachine;
  }
}

/**
 * Returns a definition with half of its indentation. With all of it, the definition of twenty phases leaves 4 KB of the 1,000,000
 * bytes that CloudFormation takes; the blanks are 290 KB of it.
 */
export const narrow = (definition: string): string =>
  definition.replace(/^ +/gm, (blanks) => ' '.repeat(blanks.length / 2));
