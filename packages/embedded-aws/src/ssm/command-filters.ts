import type { CommandFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../wire/aws-error.ts';
import type { Command } from './command.ts';

/** The fields that the filters of ListCommands and ListCommandInvocations compare. */
export type Filtered = {
  readonly command: Command;
  readonly status: string;
  readonly details: string;
  readonly ended: boolean;
};

/** Returns whether an item matches all filters. */
export const passes = (filters: readonly CommandFilter[] | undefined, item: Filtered): boolean =>
  (filters ?? []).every(({ key, value }) => passesOne(String(key), String(value), item));

function passesOne(key: string, value: string, { command, status, details, ended }: Filtered): boolean {
  switch (key) {
    case 'InvokedAfter':
      return command.requestedAt >= Date.parse(value);
    case 'InvokedBefore':
      return command.requestedAt < Date.parse(value);
    case 'Status':
      return status === value || details.replaceAll(' ', '') === value;
    case 'DocumentName':
      return command.document.name === value;
    case 'ExecutionStage':
      return ended === (value === 'Complete');
    default:
      throw new AwsError(
        'InvalidFilterKey',
        `${key} is not a filter for commands. Use InvokedAfter, InvokedBefore, Status, DocumentName or ExecutionStage.`,
      );
  }
}
