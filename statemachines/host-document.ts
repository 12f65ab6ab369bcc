import { contentHash } from '../domain/content-hash.ts';
import type { Runbook, RunbookStep } from '../domain/runbook.ts';

/** What every host script is told, whatever it does. The patterns are what may travel to a shell's environment. */
const commonParameters = {
  RollbackId: '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$',
  Step: '^[a-z0-9-]{1,64}$',
  Kind: '^(step|check)$',
  Fence: '^[0-9]{1,9}$',
  Mode: '^live$',
  Tree: '^[A-Za-z0-9_./-]{1,200}$',
  State: '^[A-Za-z0-9_./-]{1,200}$',
  WindowStart: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
  Target: '^[A-Za-z0-9_./-]{1,100}$',
  Paths: '^[A-Za-z0-9_. /-]{1,1000}$',
  Copies: '^[A-Za-z0-9_. />-]{0,1000}$',
} as const;
const ownPattern = '^[A-Za-z0-9_./-]{1,200}$';

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
  for (const { steps, confirm } of runbooks)
    for (const { script, parameters } of [...steps.map(hostParameters), ...checks(confirm)]) {
      const known = parametersOf.get(script) ?? new Set();
      parametersOf.set(script, known.union(new Set(Object.keys(parameters))));
    }
  return [...parametersOf].map(([script, parameters]) => hostDocument(script, [...parameters].toSorted(), read));
}

/** What a step's script is told beside the common parameters. A flag's reader is told the flag and where to look. */
export const hostParameters = (step: RunbookStep): { script: string; parameters: Readonly<Record<string, string>> } =>
  'flag' in step
    ? {
        script: step.script,
        parameters: { Flag: step.flag.name, Expected: step.flag.value, FlagFolder: '${FlagFolder}' },
      }
    : step;

/** The scripts that only look: the version, and the health where the customer has a check. */
export const checks = ({ health, ...version }: Runbook['confirm']) => [
  { ...version, parameters: {} },
  ...(health ? [health] : []),
];

export const documentId = (script: string) => script.replace(/\.(py|sh)$/, '');

function hostDocument(script: string, own: readonly string[], read: (file: string) => string): HostDocument {
  const patterns = [...Object.entries(commonParameters), ...own.map((name) => [name, ownPattern] as const)];
  const content = {
    schemaVersion: '2.2',
    description: `Rollback: ${script} under its wrapper. Made from infra/host-scripts; do not edit in the console.`,
    parameters: {
      executionTimeout: { type: 'String', description: 'Seconds the script may run.', allowedPattern: '^[0-9]{1,5}$' },
      ...Object.fromEntries(patterns.map(([name, allowedPattern]) => [name, parameter(allowedPattern)])),
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
const parameter = (allowedPattern: string) => ({ type: 'String', interpolationType: 'ENV_VAR', allowedPattern });

/** The scripts travel in the document, not in the git tree they are about to check out. */
function shellScript(script: string, read: (file: string) => string): string {
  return [
    '#!/usr/bin/env bash',
    'set -euo pipefail',
    'umask 077',
    'folder=$(mktemp -d)',
    `trap 'rm -rf "$folder"' EXIT`,
    heredoc('wrapper.py', read('wrapper.py')),
    heredoc(script, read(script)),
    `python3 "$folder/wrapper.py" "$folder/${script}"`,
  ].join('\n');
}

function heredoc(file: string, text: string): string {
  const end = 'END_OF_ROLLBACK_SCRIPT';
  if (text.includes(end))
    throw new Error(`infra/host-scripts/${file} contains ${end}, which ends it early inside its SSM document.`);
  // SSM would substitute {{ name }} in the text, and refuse the document for a name it does not know.
  const braces = text.split('\n').findIndex((line) => /\{\{\s*[\w:-]+\s*\}\}/.test(line));
  if (braces !== -1)
    throw new Error(
      `infra/host-scripts/${file}:${braces + 1}: "{{ … }}" is Systems Manager's own syntax; write it otherwise.`,
    );
  return `cat > "$folder/${file}" <<'${end}'\n${text.trimEnd()}\n${end}`;
}
