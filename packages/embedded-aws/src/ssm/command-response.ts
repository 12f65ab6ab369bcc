import type { Command as CommandResponse } from '@aws-sdk/client-ssm';
import { type Command, commandStatus, errorsOf, hasEnded } from './command.ts';
import { epochSeconds, type OnTheWire } from './wire.ts';

/** A command as SendCommand and ListCommands return it. */
export function commandResponse(command: Command): OnTheWire<CommandResponse> {
  const { invocations, requestedAt, deliverySeconds, executionSeconds } = command;
  return {
    CommandId: command.id,
    DocumentName: command.document.name,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: epochSeconds(requestedAt) + deliverySeconds + executionSeconds,
    Parameters: copyOf(command.parameters),
    InstanceIds: invocations.map(({ host }) => host.instanceId),
    Targets: [],
    RequestedDateTime: epochSeconds(requestedAt),
    ...(commandStatus(command) as Pick<OnTheWire<CommandResponse>, 'Status' | 'StatusDetails'>),
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: invocations.length,
    CompletedCount: invocations.filter(hasEnded).length,
    ErrorCount: errorsOf(command),
    DeliveryTimedOutCount: invocations.filter(({ details }) => details === 'Delivery Timed Out').length,
    TimeoutSeconds: deliverySeconds,
  };
}

const copyOf = (parameters: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]));
