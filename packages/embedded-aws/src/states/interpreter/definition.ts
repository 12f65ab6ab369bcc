import { remembered } from '../../remembered.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { assertScopes } from './assigned-names.ts';
import { Block } from './block.ts';
import { MACHINE_FIELDS } from './fields.ts';
import type { Machine } from './machine.ts';
import { assertUniqueNames, workflow } from './workflow-definition.ts';

/** The support of the account that definitions depend on. */
export type Supported = {
  /** The Resource ARNs that have an integration, without `.waitForTaskToken`. */
  readonly resources: ReadonlySet<string>;
};

/**
 * Reads a definition and checks all of it, as CreateStateMachine does.
 *
 * Everything unknown is an error that names machine, state and field. A field ignored silently would make a rehearsal
 * prove nothing.
 */
export const readDefinition = (name: string, definition: string, { resources }: Supported): Machine =>
  machineIn(`${JSON.stringify([name, ...resources])}\n${definition}`);

/** Remembers machines by a line of JSON with their name and what is supported, and their definition behind it. */
const machineIn = remembered(40, (text) => {
  const end = text.indexOf('\n');
  const [name = '', ...resources] = JSON.parse(text.slice(0, end)) as string[];
  return machineOf(name, text.slice(end + 1), { resources: new Set(resources) });
});

function machineOf(name: string, definition: string, supported: Supported): Machine {
  const block = new Block({ machine: name, within: '' }, parsed(name, definition));
  block.only(MACHINE_FIELDS, 'A machine');
  const language = block.has('QueryLanguage') ? block.text('QueryLanguage') : 'JSONPath';
  if (block.has('Version') && block.text('Version') !== '1.0') throw block.wrong('Version', 'must be "1.0"');
  const machine = workflow(block, { ...supported, language });
  assertUniqueNames(name, machine);
  assertScopes(name, machine);
  return { ...machine, timeoutSeconds: timeout(block) };
}

function timeout(block: Block): number | undefined {
  if (!block.has('TimeoutSeconds')) return undefined;
  const range = 'a whole number of seconds from 1 to 99999999';
  return block.number(
    'TimeoutSeconds',
    0,
    (value) => Number.isInteger(value) && value >= 1 && value <= 99_999_999,
    range,
  );
}

function parsed(name: string, definition: string): unknown {
  try {
    return JSON.parse(definition);
  } catch (error) {
    const { message } = error as Error;
    throw new AwsError(
      'InvalidDefinition',
      `Invalid State Machine Definition: machine "${name}" is not JSON: ${message}`,
    );
  }
}
