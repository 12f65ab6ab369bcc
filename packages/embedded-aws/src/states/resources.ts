import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { States } from './states.ts';

/** Returns the maker of state machines. Logging and tracing have no effect, because the history is always kept. */
export const statesResources = (
  states: States,
  { region, accountId }: { region: string; accountId: string },
): Record<string, ResourceMaker> => ({
  'AWS::StepFunctions::StateMachine': ({ stack, logicalId, properties }) => {
    const { DefinitionString, DefinitionSubstitutions, RoleArn, StateMachineName } = propertiesAs(
      stateMachine,
      properties,
    );
    const name = StateMachineName ?? physicalName(stack, logicalId, 80);
    const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    states.createStateMachine({
      name,
      arn,
      definition: substituted(DefinitionString, DefinitionSubstitutions),
      roleArn: RoleArn,
    });
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  },
});

/** Replaces every `${key}` in a definition. Throws if DefinitionSubstitutions lacks the key, as CloudFormation does. */
function substituted(definition: string, values: Readonly<Record<string, string>>): string {
  return definition.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`DefinitionSubstitutions has no ${key}, but the definition uses it`);
    return JSON.stringify(value).slice(1, -1);
  });
}

const stateMachine = z.strictObject({
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.string()).default({}),
  LoggingConfiguration: z.unknown().optional(),
  RoleArn: z.string(),
  StateMachineName: z.string().optional(),
  StateMachineType: z.literal('STANDARD').optional(),
  Tags: z.unknown().optional(),
  TracingConfiguration: z.unknown().optional(),
});
