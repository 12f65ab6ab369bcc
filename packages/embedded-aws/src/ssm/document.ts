import { hash } from 'node:crypto';
import type { Instant } from '../clock/clock.ts';
import { remembered } from '../remembered.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Fields, fields, refuse } from './document-fields.ts';
import { type Parameter, parameterOf, references } from './parameters.ts';

/** A Command document as it was created. It has only version 1, because the account does not update documents. */
export type Document = {
  readonly name: string;
  readonly arn: string;
  /** The string that the document was created with. The hash is the hash of exactly this string. */
  readonly content: string;
  readonly hash: string;
  readonly createdAt: Instant;
  readonly tags: Readonly<Record<string, string>>;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly step: Step;
};

/** The one step of a document: a shell script. */
export type Step = {
  readonly name: string;
  readonly runCommand: readonly string[];
  /** Digits or a reference to a parameter. The agent interprets the value (see execution-seconds.ts). */
  readonly timeoutSeconds: string | undefined;
  readonly workingDirectory: string | undefined;
};

/** A request to create a document. */
export type DocumentRequest = {
  readonly name: string;
  /** An object is converted to JSON. */
  readonly content: string | object;
  readonly documentType: 'Command';
  readonly tags?: Readonly<Record<string, string>>;
};

/** Parses a document. Refuses, by document and field, everything that the account would not run like AWS. */
export function documentOf(request: DocumentRequest, arn: string, createdAt: Instant): Document {
  const { name, documentType, tags = {} } = request;
  if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(name)) refuse(name, 'name', name, 'use 3 to 128 of a-z A-Z 0-9 _ - .');
  if (documentType !== 'Command') refuse(name, 'documentType', documentType, 'only Command is supported');
  const content = typeof request.content === 'string' ? request.content : JSON.stringify(request.content);
  return { name, arn, content, createdAt, tags, ...read(name, content) };
}

/** The most documents that are remembered, by name and content: accounts of one process have the same ones. */
const MOST_READ = 100;
const SEPARATOR = '\n'; // a name has none

const readText = remembered(MOST_READ, (text) => {
  const end = text.indexOf(SEPARATOR);
  const [name, content] = [text.slice(0, end), text.slice(end + 1)];
  return { hash: hash('sha256', content), ...contentOf(name, parsed(name, content)) };
});
const read = (name: string, content: string) => readText(`${name}${SEPARATOR}${content}`);

/** Returns a document by name or ARN, because requests may contain either. */
export function documentNamed(documents: ReadonlyMap<string, Document>, nameOrArn: string): Document {
  const document = documents.get(nameOrArn.replace(/^arn:[^/]*:document\//, ''));
  if (!document) throw new AwsError('InvalidDocument', `Document with name ${nameOrArn} does not exist.`);
  return document;
}

/** Refuses a version that does not exist. */
export function checkVersion(document: Document, version: string | undefined): void {
  if (version === undefined || ['1', '$DEFAULT', '$LATEST'].includes(version)) return;
  throw new AwsError(
    'InvalidDocumentVersion',
    `Document ${document.name} has no version ${version}; its only version is 1.`,
  );
}

function parsed(name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    return refuse(name, 'content', (error as Error).message, 'write it as JSON');
  }
}

function contentOf(document: string, content: unknown) {
  const top = fields(document, 'content', content, ['schemaVersion', 'description', 'parameters', 'mainSteps']);
  if (top['schemaVersion'] !== '2.2') refuse(document, 'schemaVersion', top['schemaVersion'], 'only 2.2 is supported');
  const declared = fields(document, 'parameters', top['parameters'] ?? {});
  const parameters = Object.entries(declared).map(([name, value]) => parameterOf(document, name, value));
  const steps = top['mainSteps'];
  if (!Array.isArray(steps) || steps.length !== 1)
    refuse(document, 'mainSteps', steps, 'exactly one step is supported');
  const step = stepOf(document, (steps as unknown[])[0]);
  checkReferences(document, step, parameters);
  return { description: String(top['description'] ?? ''), parameters, step };
}

function stepOf(document: string, value: unknown): Step {
  const step = fields(document, 'mainSteps[0]', value, ['action', 'name', 'inputs', 'precondition']);
  const { action, name, precondition } = step;
  if (action !== 'aws:runShellScript') refuse(document, 'action', action, 'only aws:runShellScript is supported');
  if (typeof name !== 'string') refuse(document, 'mainSteps[0].name', name, 'a step needs a name');
  checkPrecondition(document, precondition);
  return { name: String(name), ...inputsOf(document, step['inputs']) };
}

function inputsOf(document: string, value: unknown) {
  const inputs = fields(document, 'inputs', value, ['runCommand', 'timeoutSeconds', 'workingDirectory', 'onFailure']);
  const { runCommand, timeoutSeconds, workingDirectory, onFailure } = inputs;
  if (!Array.isArray(runCommand) || !runCommand.every((line) => typeof line === 'string')) {
    refuse(document, 'inputs.runCommand', runCommand, 'expected a list of strings');
  }
  if (onFailure !== undefined && onFailure !== 'exit') {
    refuse(document, 'inputs.onFailure', onFailure, 'only exit is supported; successAndExit would hide the failure');
  }
  return {
    runCommand: runCommand as string[],
    timeoutSeconds: timeoutOf(document, timeoutSeconds),
    workingDirectory: textOf(document, 'inputs.workingDirectory', workingDirectory),
  };
}

/** Returns the timeout. Refuses one outside 5 to 172,800 s, because the agent silently replaces it by 3,600 s. */
function timeoutOf(document: string, value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : textOf(document, 'inputs.timeoutSeconds', value);
  if (text === undefined || references(text).length > 0) return text;
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 5 && seconds <= 172_800) return text;
  return refuse(
    document,
    'inputs.timeoutSeconds',
    text,
    'write 5 to 172800, because the agent replaces any other value by 3600',
  );
}

function textOf(document: string, field: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return refuse(document, field, value, 'expected a string');
}

function checkPrecondition(document: string, precondition: unknown): void {
  if (precondition === undefined) return;
  const { StringEquals } = fields(document, 'precondition', precondition, ['StringEquals']) as Fields;
  const both = Array.isArray(StringEquals) && StringEquals.length === 2 ? StringEquals : [];
  if (both.includes('platformType') && both.includes('Linux')) return;
  refuse(document, 'precondition.StringEquals', StringEquals, 'only ["platformType", "Linux"] is supported');
}

/**
 * Refuses references to unknown parameters and to ENV_VAR parameters.
 *
 * SSM never writes the value of an ENV_VAR parameter into the text: that is the purpose of ENV_VAR.
 */
function checkReferences(document: string, step: Step, parameters: readonly Parameter[]): void {
  const texts = [...step.runCommand, step.timeoutSeconds ?? '', step.workingDirectory ?? ''];
  for (const name of texts.flatMap(references)) {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (!parameter) refuse(document, 'inputs', `{{ ${name} }}`, 'the document has no such parameter');
    if (parameter?.asVariable)
      refuse(
        document,
        'inputs',
        `{{ ${name} }}`,
        `ENV_VAR parameters are not written into the text; read it as "$SSM_${name}"`,
      );
  }
}
