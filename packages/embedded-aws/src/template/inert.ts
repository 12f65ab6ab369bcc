import { physicalName } from './physical-name.ts';
import type { CreatedResource, ResourceDescription } from './resource.ts';
import type { Place } from './scope.ts';

/** A resource type that is read and deliberately has no effect. */
export type Inert = {
  readonly because: string;
  /** Returns its Ref and attributes, because other resources may still name it. */
  readonly created: (resource: ResourceDescription, place: Place) => CreatedResource;
};

/** The resource types that the account accepts and ignores. A type that has neither a maker nor an entry here is an error. */
export const inert: Readonly<Record<string, Inert>> = {
  'AWS::CDK::Metadata': {
    because: 'It reports to AWS which constructs were used.',
    created: ({ logicalId }) => ({ ref: logicalId }),
  },
  'AWS::CloudWatch::Dashboard': {
    because: 'It is shown in the console, and the account has none.',
    created: ({ stack, logicalId, properties }) => ({ ref: nameOr(properties['DashboardName'], stack, logicalId) }),
  },
  'AWS::Lambda::Permission': {
    because:
      "Resource policies of functions are not evaluated: only the template's own rules and topics call a function.",
    created: ({ stack, logicalId }) => ({ ref: physicalName(stack, logicalId) }),
  },
  'AWS::Logs::QueryDefinition': {
    because: 'The console offers it under Saved queries, and the account has neither a console nor logs.',
    created: ({ stack, logicalId }) => ({ ref: physicalName(stack, logicalId) }),
  },
};

const nameOr = (name: unknown, stack: string, logicalId: string) =>
  typeof name === 'string' ? name : physicalName(stack, logicalId);
