import { contentHash } from '../domain/content-hash.ts';
import type { FlagValue } from '../domain/flag.ts';
import { flagsOf, type Runbook, type RunbookStep } from '../domain/infra/runbook.ts';
import { infraFolder } from './infra-folder.ts';
import { shortened } from './shortened-python.ts';

/** What every host script is told, whatever it does. The patterns are what may travel to a shell's environment. */
const commonParameters = {
  RollbackId: '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$',
  Step: '^[a-z0-9-]{1,64}$',
  Kind: '^(step|check)$',
  Fence: '^[0-9]{1,9}$',
  Mode: '^(live|plan)$',
  Tree: '^[A-Za-z0-9_./-]{1,200}$',
  State: '^[A-Za-z0-9_./-]{1,200}$',
  WindowStart: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
  Target: '^[A-Za-z0-9_./-]{1,100}$',
  Paths: '^[A-Za-z0-9_. /-]{0,1000}$',
  Redis: '^[A-Za-z0-9_./-]{1,200}$',
  Variant: '^(quick|comprehensive)?$',
  Copies: '^[A-Za-z0-9_. />-]{0,1000}$',
} as const;
const ownPattern = '^[A-Za-z0-9_.:= /-]{0,1000}$';

/** Not a step: a person sends it, for what a step took away (docs/runbook.md, "Bring back what a step took away"). */
const bringingBack = { script: 'restore.py', parameters: { Of: '', Overwrite: '' } };

export type HostDocument = {
  /** Its name after `rollback-<environment>-`: the script's name without its ending. */
  readonly id: string;
  readonly content: unknown;
  /** SHA-256 of the content's canonical JSON; the opening compares it with what it finds in the account. */
  readonly sha256: string;
};

/** The SSM documents these runbooks need, one a script. `read` gives a file of infra/host-scripts. */
export function hostDocuments(runbooks: readonly Runbook[], read: (file: string) => string): HostDocument[] {
  const parametersOf = new Map<string, Set<string>>();
  for (const runbook of runbooks)
    for (const { script, parameters } of [
      ...runbook.steps.map(hostParameters),
      ...checks(runbook),
      ...verifications(runbook),
      bringingBack,
    ]) {
      const known = parametersOf.get(script) ?? new Set();
      parametersOf.set(script, known.union(new Set(Object.keys(parameters))));
    }
  return [...parametersOf].map(([script, parameters]) => hostDocument(script, [...parameters].toSorted(), read));
}

/** What a step's script is told beside the common parameters. Where it sets flags: which, and where to look for them. */
export const hostParameters = ({
  script,
  flags,
  parameters,
}: Pick<RunbookStep, 'script' | 'flags' | 'parameters'>) => ({
  script,
  parameters: { ...parameters, ...(flags ? flagParameters(flags) : {}) },
});

/** The checks, which only look: whether hosts are at the target, and their health where the customer has a check. */
export const checks = (runbook: Runbook) => {
  const { health, ...target } = runbook.confirm;
  return [{ ...target, parameters: flagParameters(flagsOf(runbook)) }, ...(health ? [health] : [])];
};

/** The customer's own verification, where there is one. */
export const verifications = ({ confirm: { verify } }: Runbook) => (verify ? [verify] : []);

const flagParameters = (flags: Readonly<Record<string, FlagValue>>) => ({
  Flags: Object.entries(flags)
    .map(([flag, value]) => `${flag}=${value}`)
    .join(' '),
  FlagFolder: '${FlagFolder}',
});

export const documentId = (script: string) => script.replace(/\.(py|sh)$/, '');

function hostDocument(script: string, own: readonly string[], read: (file: string) => string): HostDocument {
  const patterns = [...Object.entries(commonParameters), ...own.map((name) => [name, ownPattern] as const)];
  const given = patterns.map(([name, allowedPattern]) => [name, parameter(allowedPattern)] as const);
  const content = {
    schemaVersion: '2.2',
    description: `Rollback: ${script} under its wrapper. Made from infra/host-scripts; do not edit in the console.`,
    parameters: {
      executionTimeout: { type: 'String', description: 'Seconds the script may run.', allowedPattern: '^[0-9]{1,5}$' },
      ...Object.fromEntries(given),
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'run',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: {
          timeoutSeconds: '{{ executionTimeout }}',
          onFailure: 'exit',
          runCommand: shellScript(script, read).split('\n'),
        },
      },
    ],
  };
  return { id: documentId(script), content, sha256: contentHash(content) };
}

/** Values arrive as SSM_<name> in the environment and are never pasted into the script (agent >= 3.3.2746.0). */
const parameter = (allowedPattern: string) => ({
  type: 'String',
  interpolationType: 'ENV_VAR',
  allowedPattern,
  // What may be empty may be left out; whether a script can do without, it says itself.
  ...(new RegExp(allowedPattern).test('') ? { default: '' } : {}),
});

/** The scripts travel in the document, not in the git tree they are about to check out. */
function shellScript(script: string, read: (file: string) => string): string {
  return [
    '#!/usr/bin/env bash',
    'set -euo pipefail',
    // As services are started with: what a checkout or the customer's script writes must be readable by whoever runs it.
    // The product's own folders are made for their owner only.
    'umask 022',
    'folder=$(mktemp -d)',
    `trap 'rm -rf "$folder"' EXIT`,
    'mkdir "$folder/shared"',
    heredoc(script, read(script)),
    // Shortened, because a document holds 64 KB. The script itself is not: in the console it says what it does.
    ...['wrapper.py', ...sharedModules(script, read)].map((file) => heredoc(file, read(file), shortened)),
    `python3 "$folder/wrapper.py" "$folder/${script}"`,
  ].join('\n');
}

/** The modules of infra/host-scripts/shared that a script imports, and those that they import. */
export function sharedModules(script: string, read: (file: string) => string): string[] {
  const files = new Set([script]);
  for (const file of files)
    for (const [, module] of read(file).matchAll(/^from shared\.(\w+) import /gm)) files.add(`shared/${module}.py`);
  return [...files].slice(1).toSorted();
}

function heredoc(file: string, text: string, edited = (whole: string) => whole): string {
  const end = 'END_OF_ROLLBACK_SCRIPT';
  if (text.includes(end))
    throw new Error(
      `${infraFolder}/host-scripts/${file} contains ${end}, which ends it early inside its SSM document.`,
    );
  // SSM would substitute {{ name }} in the text, and refuse the document for a name it does not know.
  const braces = text.split('\n').findIndex((line) => /\{\{\s*[\w:-]+\s*\}\}/.test(line));
  if (braces !== -1)
    throw new Error(
      `${infraFolder}/host-scripts/${file}:${braces + 1}: "{{ … }}" is Systems Manager's own syntax; write it otherwise.`,
    );
  return `cat > "$folder/${file}" <<'${end}'\n${edited(text).trimEnd()}\n${end}`;
}
