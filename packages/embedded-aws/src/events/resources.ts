import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Events } from './events.ts';
import { ruleDefinition } from './rule.ts';

/** Makes the rules of a template, with their targets. */
export const eventsResources = (events: Events): Record<string, ResourceMaker> => ({
  'AWS::Events::Rule': ({ stack, logicalId, properties }) => {
    const named = { Name: physicalName(stack, logicalId, 64), ...properties };
    const { name, arn } = events.createRule(propertiesAs(ruleDefinition, named));
    return { ref: name, attributes: { Arn: arn } };
  },
});
