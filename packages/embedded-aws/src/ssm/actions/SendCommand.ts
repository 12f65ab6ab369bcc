import type { SendCommandRequest, SendCommandResult } from '@aws-sdk/client-ssm';
import { uuid } from '../../clock/random.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { type Command, newInvocation } from '../command.ts';
import { commandResponse } from '../command-response.ts';
import { checkVersion, type Document, documentNamed } from '../document.ts';
import { executionSeconds } from '../execution-seconds.ts';
import type { Host } from '../host.ts';
import { valuesOf, variables, withValues } from '../parameters.ts';
import { documentNeed, hostNeed, type SsmState } from '../state.ts';
import { checkNumber, checkText, outsideModel, refuseOthers } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

const SUPPORTED = [
  'InstanceIds',
  'DocumentName',
  'DocumentVersion',
  'DocumentHash',
  'DocumentHashType',
  'Parameters',
  'TimeoutSeconds',
  'Comment',
  'MaxConcurrency',
  'MaxErrors',
];

/** The service's defaults, from the API reference of SendCommand and the user guide's "Command timeout values". */
const DEFAULTS = { TimeoutSeconds: 3_600, MaxConcurrency: '50', MaxErrors: '0', DocumentVersion: '$DEFAULT' };

/** Sends a document to up to 50 hosts. Without an idempotency token, a repeated request runs the document again. */
export const SendCommand: Action<SsmState, SendCommandRequest, OnTheWire<SendCommandResult>> = {
  needs: (state, { DocumentName = '', InstanceIds = [] }) => [
    documentNeed(state, 'ssm:SendCommand', DocumentName),
    ...InstanceIds.map((instanceId) => hostNeed(state, 'ssm:SendCommand', instanceId)),
  ],
  run: (state, request) => {
    checkRequest(request);
    const document = documentNamed(state.documents, request.DocumentName ?? '');
    checkVersion(document, request.DocumentVersion);
    checkHash(document, request);
    const hosts = hostsOf(state, request.InstanceIds ?? []);
    const command = newCommand(state, document, request);
    for (const host of hosts) command.invocations.push(newInvocation(command, host));
    state.commands.set(command.id, command);
    reportSent(state, command);
    state.agent.proceed(command);
    return { Command: commandResponse(command) };
  },
};

function checkRequest(request: SendCommandRequest): void {
  refuseOthers('SendCommand', request, SUPPORTED);
  const { InstanceIds = [], Comment = '' } = request;
  if (InstanceIds.length === 0) throw outsideModel(InstanceIds, 'instanceIds', 'Member must name at least one host');
  if (InstanceIds.length > 50) {
    throw outsideModel(InstanceIds, 'instanceIds', 'Member must have length less than or equal to 50');
  }
  if (Comment.length > 100) throw outsideModel(Comment, 'comment', 'Member must have length less than or equal to 100');
  checkNumber(request.TimeoutSeconds, 'timeoutSeconds', 30, 2_592_000);
  checkText(request.MaxConcurrency, 'maxConcurrency', /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/);
  checkText(request.MaxErrors, 'maxErrors', /^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$/);
  checkText(request.DocumentVersion, 'documentVersion', /^([$]LATEST|[$]DEFAULT|[1-9][0-9]*)$/);
  checkText(request.DocumentHashType, 'documentHashType', /^(Sha256|Sha1)$/);
}

/** The message is the one AWS sends (aws-security-reference-architecture-examples, issue 301). */
function checkHash(document: Document, { DocumentHash, DocumentHashType = 'Sha256' }: SendCommandRequest): void {
  if (DocumentHash === undefined || (DocumentHashType === 'Sha256' && DocumentHash === document.hash)) return;
  throw new AwsError('InvalidDocument', `document hash ${DocumentHash} does not match ${DocumentHashType}.`);
}

function hostsOf(state: SsmState, instanceIds: readonly string[]): Host[] {
  if (new Set(instanceIds).size < instanceIds.length) {
    throw new AwsError('DuplicateInstanceId', `InstanceIds names an instance twice: ${instanceIds.join(', ')}.`);
  }
  const unknown = instanceIds.filter((instanceId) => !state.hosts.has(instanceId));
  if (unknown.length > 0) {
    const { accountId } = state.surroundings;
    const message = `Instances [[${unknown.join(', ')}]] not in a valid state for account ${accountId}`;
    throw new AwsError('InvalidInstanceId', message);
  }
  return instanceIds.flatMap((instanceId) => state.hosts.get(instanceId) ?? []);
}

function newCommand(state: SsmState, document: Document, request: SendCommandRequest): Command {
  const { step } = document;
  const parameters = request.Parameters ?? {};
  const values = valuesOf(document.name, document.parameters, parameters);
  const number = state.commands.size + 1;
  const id = uuid(state.surroundings.random, `ssm/${number}`);
  const text = step.runCommand.map((line) => `${withValues(line, values)}\n`).join('');
  return {
    id,
    number,
    document,
    scriptFile: state.keepScript(id, text),
    parameters,
    documentVersion: request.DocumentVersion ?? DEFAULTS.DocumentVersion,
    comment: request.Comment ?? '',
    requestedAt: state.surroundings.clock.now(),
    deliverySeconds: request.TimeoutSeconds ?? DEFAULTS.TimeoutSeconds,
    executionSeconds: executionSeconds(step.timeoutSeconds && withValues(step.timeoutSeconds, values)),
    workingDirectory: step.workingDirectory && withValues(step.workingDirectory, values),
    environment: variables(document.parameters, values),
    maxConcurrency: request.MaxConcurrency ?? DEFAULTS.MaxConcurrency,
    maxErrors: request.MaxErrors ?? DEFAULTS.MaxErrors,
    invocations: [],
    cancelled: false,
  };
}

function reportSent(state: SsmState, command: Command): void {
  state.surroundings.tell({
    service: 'ssm',
    event: 'CommandSent',
    command: command.id,
    document: command.document.name,
    comment: command.comment,
    parameters: command.parameters,
    instances: command.invocations.map(({ host }) => host.instanceId),
    names: command.invocations.map(({ host }) => host.name),
  });
}
