import * as z from 'zod';
import { action } from '../action.ts';
import { type StackRecord, stackNamed, stackNeed } from '../state.ts';

/** Returns one stack, or all with nested ones, newest first, on one page. */
export const DescribeStacks = action({
  request: z.strictObject({ StackName: z.string().optional(), NextToken: z.string().optional() }),
  needs: (state, { StackName }) => [stackNeed(state, 'DescribeStacks', StackName)],
  run: (state, { StackName }) => ({
    Stacks: (StackName === undefined ? state.stacks.toReversed() : [stackNamed(state, StackName)]).map(described),
  }),
});

const described = ({ id, name, parentId, description, parameters, outputs, createdAt }: StackRecord) => ({
  StackId: id,
  StackName: name,
  Description: description,
  Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  CreationTime: new Date(createdAt),
  StackStatus: 'CREATE_COMPLETE',
  DisableRollback: false,
  Outputs: outputs.map((output) => ({
    OutputKey: output.name,
    OutputValue: output.value,
    Description: output.description,
    ExportName: output.exportName,
  })),
  ParentId: parentId,
});
