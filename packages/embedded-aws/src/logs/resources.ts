import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Logs } from './logs.ts';
import { groupArn } from './state.ts';

/** Returns the maker of log groups. Only functions write to them; retention has no effect. */
export const logsResources = (logs: Logs): Record<string, ResourceMaker> => ({
  'AWS::Logs::LogGroup': ({ stack, logicalId, properties }) => {
    const { LogGroupName: name = physicalName(stack, logicalId), RetentionInDays } = propertiesAs(group, properties);
    logs.createGroup({ name, retentionDays: RetentionInDays });
    return { ref: name, attributes: { Arn: `${groupArn(logs.state.surroundings, name)}:*` } };
  },
});

const group = z.strictObject({
  LogGroupName: z.string().optional(),
  RetentionInDays: z.number().optional(),
  LogGroupClass: z.literal('STANDARD').optional(),
  Tags: z.unknown().optional(),
});
