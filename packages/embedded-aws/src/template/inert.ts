import type { Made, ResourceDescription } from './create-stacks.ts';
import { physicalName } from './physical-name.ts';
import type { Place } from './scope.ts';

/** A resource type that is read and deliberately does nothing. */
export type Inert = {
  readonly because: string;
  /** Other resources may still name it. */
  readonly made: (resource: ResourceDescription, place: Place) => Made;
};

/** All types of a template that the account takes and ignores. What is neither made nor here is an error. */
export const inert: Readonly<Record<string, Inert>> = {
  'AWS::CDK::Metadata': {
    because: 'It tells AWS which constructs were used.',
    made: ({ logicalId }) => ({ ref: logicalId }),
  },
  'AWS::CloudWatch::Dashboard': {
    because: 'It is for the console, which the account has not.',
    made: ({ stack, logicalId, properties }) => ({ ref: nameOr(properties['DashboardName'], stack, logicalId) }),
  },
  'AWS::Lambda::Permission': {
    because: "Policies of functions are not judged: what calls a function is the template's own rule or topic.",
    made: ({ stack, logicalId }) => ({ ref: physicalName(stack, logicalId) }),
  },
  'AWS::Logs::LogGroup': {
    because: 'Nothing is written to log groups; what functions log is told to those who watch the account.',
    made: ({ stack, logicalId, properties }, { region, accountId }) => {
      const name = nameOr(properties['LogGroupName'], stack, logicalId);
      return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
    },
  },
};

const nameOr = (name: unknown, stack: string, logicalId: string) =>
  typeof name === 'string' ? name : physicalName(stack, logicalId);
