import { strToU8, zlibSync } from 'fflate';
import { contentHash } from '../domain/content-hash.ts';
import type { FlagValue } from '../domain/flag.ts';
import type { Runbook, RunbookStep } from '../domain/infra/runbook.ts';
import { flagsOf } from '../domain/infra/runbook-steps.ts';
import { base85 } from './base-85.ts';
import { infraFolder } from './infra-folder.ts';

/** The parameters of every host script. Each pattern allows only values that are safe in a shell's environment. */
const commonParameters = {
  RollbackId: '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$',
  Step: '^[a-z0-9-]{1,80}$', // a step's name has 61 characters, and a rollback of several phases adds its phase
  Kind: '^(step|check|beside)$',
  Fence: '^[0-9]{1,9}$',
  Mode: '^(live|plan)$',
  Tree: '^[A-Za-z0-9_./-]{1,200}$',
  State: '^[A-Za-z0-9_./-]{1,200}$',
  WindowStart: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
  Target: '^[A-Za-z0-9_./-]{1,100}$',
  Commit: '^([0-9a-f]{40}([0-9a-f]{24})?)?$', // a hash of git: SHA-1 or SHA-256
  Paths: '^[A-Za-z0-9_. /-]{0,1000}$',
  Redis: '^[A-Za-z0-9_./-]{1,200}$',
  Python: '^[A-Za-z0-9_./-]{0,200}$',
  Variant: '^(quick|comprehensive)?$',
  Copies: '^[A-Za-z0-9_. />-]{0,1000}$',
  // Never empty, so that nobody can leave it out by hand: `none`, or the environment's host.protected.
  Protected: '^[A-Za-z0-9_./-][A-Za-z0-9_. /-]{0,999}$',
} as const;
const ownPattern = '^[A-Za-z0-9_.:= /-]{0,1000}$';

/** Restores data from quarantine. No step runs it; a person does (docs/runbook.md, "Bring back what a step took away"). */
const restoreScript = { script: 'restore.py', parameters: { Of: '', Overwrite: '' } };

/** Prepares a host for a deployment. No rollback runs it; the machine prepare-deployment does. */
export const prepareScript = {
  script: 'prepare.py',
  parameters: { Tag: '', Preparation: '', Begun: '', Databases: '', Configuration: '', Superseded: '' },
};

/** Reports which versions a host runs and has. No step runs it; the opening of a rollback does. */
export const lookScript = {
  script: 'look-at-versions.py',
  parameters: { Candidate: '', Versions: '', Flags: '', FlagFolder: '' },
};

/** Looks whether a rollback would find on a host what it needs. No rollback runs it; the machine check-readiness does. */
export const readyScript = {
  script: 'ready.py',
  parameters: { Tag: '', Preparation: '', Begun: '', Databases: '', Flags: '', FlagFolder: '' },
};

/** Halts trading on a host. The machine halt runs it, and a runbook that begins with a halt. */
export const haltScript = { script: 'halt.py', parameters: { Script: '${HaltScript}', Arguments: '${HaltArguments}' } };

/** Holds deployments on a host while a rollback works, and lets them go. The states beside the first step run it, and watch-the-fleet. */
export const holdScript = {
  script: 'hold.py',
  parameters: { Script: '${HoldScript}', Arguments: '${HoldArguments}' },
};

/** The parameters by which a host's orders are checked before trading resumes there. */
const orderParameters = { Orders: '${OrdersScript}', Allowed: '${AllowedOrders}' };

/** Reports whether trading is halted on a host and what its orders are; resumes it. Only the machine resume runs it. */
export const resumeScript = {
  script: 'resume.py',
  parameters: { Script: '${ResumeScript}', Arguments: '${ResumeArguments}', Halts: '', ...orderParameters },
};

/** The parameters that a script has from the environment, whatever its runbook says. */
const fromEnvironment: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [haltScript.script]: haltScript.parameters,
  'resume-operations.py': orderParameters,
};

/** Reports what a host runs, to compare hosts. No rollback runs it; the function watch-the-fleet does. */
export const compareScript = {
  script: 'compare-fleet.py',
  parameters: { Versions: '', Own: '', Build: '', Process: '', Undone: '', Flags: '', FlagFolder: '', Full: '' },
};

/** Puts faults on a host of an environment that allows chaos (cdk/chaos.ts). It is no document of rollbacks. */
export const chaosScript = {
  script: 'chaos.py',
  parameters: { Action: '', Fault: '', Seconds: '', Databases: '' },
};

/** Returns the document of chaosScript. `read` returns the text of a file in infra/host-scripts. */
export const chaosDocument = (read: (file: string) => string): HostDocument =>
  hostDocument(chaosScript.script, Object.keys(chaosScript.parameters), read);

/** An SSM document that runs one host script. */
export type HostDocument = {
  /** Its name after `rollback-<environment>-`: the script's name without its ending. */
  readonly id: string;
  readonly content: unknown;
  /** SHA-256 of the content's canonical JSON; the opening compares it with the document in the account. */
  readonly sha256: string;
};

/** Returns the SSM documents that runbooks need, one per script. `read` returns the text of a file in infra/host-scripts. */
export function hostDocuments(runbooks: readonly Runbook[], read: (file: string) => string): HostDocument[] {
  const parametersOf = new Map<string, Set<string>>();
  for (const runbook of runbooks)
    for (const { script, parameters } of [
      ...runbook.steps.map(hostParameters),
      ...checks(runbook),
      ...verifications(runbook),
      restoreScript,
      prepareScript,
      lookScript,
      readyScript,
      compareScript,
      haltScript,
      resumeScript,
      { ...holdScript, parameters: { ...holdScript.parameters, Held: '' } },
    ]) {
      const known = parametersOf.get(script) ?? new Set();
      parametersOf.set(script, known.union(new Set(Object.keys(parameters))));
    }
  return [...parametersOf].map(([script, parameters]) => hostDocument(script, [...parameters].toSorted(), read));
}

/** Returns a step's script and its own parameters. A step that sets flags also passes the flags and their folder. */
export const hostParameters = ({
  script,
  flags,
  parameters,
}: Pick<RunbookStep, 'script' | 'flags' | 'parameters'>) => ({
  script,
  parameters: { ...fromEnvironment[script], ...parameters, ...(flags ? flagParameters(flags) : {}) },
});

/** Returns the read-only checks of a runbook: the version check, and the customer's health check if there is one. */
export const checks = (runbook: Runbook) => {
  const { health, ...target } = runbook.confirm;
  const parameters = { ...flagParameters(flagsOf(runbook)), ...serviceParameters(runbook), ...processParameters };
  return [{ ...target, parameters }, ...(health ? [health] : [])];
};

/** Returns the customer's own verification; an empty list if the runbook has none. */
export const verifications = ({ confirm: { verify } }: Runbook) => (verify ? [verify] : []);

const flagParameters = (flags: Readonly<Record<string, FlagValue>>) => ({
  Flags: Object.entries(flags)
    .map(([flag, value]) => `${flag}=${value}`)
    .join(' '),
  FlagFolder: '${FlagFolder}',
});

/** The parameters by which a host finds out which build its process runs. */
const processParameters = { Build: '${Build}', Process: '${Process}' };

/** Returns the services that steps stop and start, each with the state in which the last of these steps leaves it. */
function serviceParameters({ steps }: Runbook) {
  const states = new Map<string, string>();
  for (const { script, parameters } of steps)
    if (script === 'switch-services.py')
      for (const [name, state] of [
        [parameters['Stop'], 'stopped'],
        [parameters['Start'], 'active'],
      ])
        if (name && state) states.set(name, state);
  return { Services: [...states].map((one) => one.join('=')).join(' ') };
}

/** Returns a script's document id: its name without the ending. */
export const documentId = (script: string) => script.replace(/\.(py|sh)$/, '');

/** A document holds 64 KB, whether that means 64,000 or 65,536 bytes, and CloudFormation's handler sends it as indented JSON. */
export const mostBytes = 64_000;
export const sentBytes = (content: unknown) => Buffer.byteLength(JSON.stringify(content, null, 2));

/** Documents by what they are made of. A process may ask for them again, and packing them takes 200 ms. */
const made = new Map<string, HostDocument>();

function hostDocument(script: string, own: readonly string[], read: (file: string) => string): HostDocument {
  const parts = [script, 'wrapper.py', ...sharedModules(script, read)].map(read);
  const key = [script, ...own, ...parts].join('\n');
  const document = made.get(key) ?? makeDocument(script, own, read);
  made.set(key, document);
  return document;
}

function makeDocument(script: string, own: readonly string[], read: (file: string) => string): HostDocument {
  const patterns = [...Object.entries(commonParameters), ...own.map((name) => [name, ownPattern] as const)];
  const given = patterns.map(([name, allowedPattern]) => [name, parameter(allowedPattern)] as const);
  const contentIn = (form: Form) => ({
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
          runCommand: shellScript(script, read, form).split('\n'),
        },
      },
    ],
  });
  const content = firstOf(forms, contentIn, (one) => sentBytes(one) <= mostBytes);
  return { id: documentId(script), content, sha256: contentHash(content) };
}

/** Makes one value after the other until one fits. Returns that one, or the last. Packing takes most of the time of a document. */
function firstOf<T, Made>(all: readonly T[], make: (one: T) => Made, fits: (made: Made) => boolean): Made | undefined {
  let made: Made | undefined;
  for (const one of all) {
    made = make(one);
    if (fits(made)) break;
  }
  return made;
}

/** The agent passes values as environment variables SSM_<name>, never in the script's text (agent >= 3.3.2746.0). */
const parameter = (allowedPattern: string) => ({
  type: 'String',
  interpolationType: 'ENV_VAR',
  allowedPattern,
  // A parameter that may be empty may also be left out; a script that needs it fails with its own message.
  ...(new RegExp(allowedPattern).test('') ? { default: '' } : {}),
});

type Files = readonly (readonly [name: string, text: string])[];

/**
 * The document itself contains the scripts, because the git tree on the host is what they are about to change.
 *
 * All files travel in one stream to one Python, which writes them and continues as the wrapper: a process per file, and
 * another Python for packed ones, would cost more than most scripts.
 */
function shellScript(script: string, read: (file: string) => string, form: Form): string {
  const textOf = (file: string) => [file, travelling(file, read(file))] as const;
  return [
    '#!/usr/bin/env bash',
    'set -euo pipefail',
    // The umask of services: the users that run the services must be able to read the files that a checkout or the customer's
    // script writes. The product's own folders are created for their owner only.
    'umask 022',
    'folder=$(mktemp -d)',
    `trap 'rm -rf "$folder"' EXIT`,
    `python3 -ISB -c '${unpack}' "$folder" ${script} <<'${end}'`,
    `${form([textOf(script)], ['wrapper.py', ...sharedModules(script, read)].map(textOf))}${end}`,
  ].join('\n');
}

/**
 * Returns the modules of infra/host-scripts/shared that a script or its wrapper imports, directly or through another module. Each comes
 * after those that it imports: related modules are near each other, which packs 1 % better than any order by name.
 */
export function sharedModules(script: string, read: (file: string) => string): string[] {
  const files = new Set<string>();
  const add = (file: string, above: readonly string[] = []) => {
    if (above.includes(file)) return;
    for (const [, module] of read(file).matchAll(/^from shared\.(\w+) import /gm))
      if (!files.has(`shared/${module}.py`)) add(`shared/${module}.py`, [...above, file]);
    files.add(file);
  };
  add(script);
  add('wrapper.py');
  return [...files].filter((file) => file !== script && file !== 'wrapper.py');
}

const end = 'END_OF_ROLLBACK_SCRIPT';

/** Returns a file's text. Throws if Systems Manager or the shell would change it on the way. */
function travelling(file: string, text: string): string {
  if (text.includes(end))
    throw new Error(
      `${infraFolder}/host-scripts/${file} contains ${end}, which would end the script early inside its SSM document. Rename that word.`,
    );
  const marked = text.split('\n').findIndex((line) => line.startsWith(mark));
  if (marked !== -1)
    throw new Error(
      `${infraFolder}/host-scripts/${file}:${marked + 1}: a line begins with "${mark}", which begins a file inside the SSM document. Begin it otherwise.`,
    );
  // SSM would substitute {{ name }} in the text, and would refuse the document if it does not know the name.
  const braces = text.split('\n').findIndex((line) => /\{\{\s*[\w:-]+\s*\}\}/.test(line));
  if (braces !== -1)
    throw new Error(
      `${infraFolder}/host-scripts/${file}:${braces + 1}: "{{ … }}" is Systems Manager's own syntax. Put another character between the braces, or build the text from two parts.`,
    );
  return `${text.trimEnd()}\n`;
}

/** The beginning of the line before a file's text. */
const mark = '==== ';

const readable = (files: Files) => files.map(([file, text]) => `${mark}${file}\n${text}`).join('');

type Form = (script: Files, others: Files) => string;

/** The forms of the stream, the most readable first: a document has the first one that fits. */
const forms: readonly Form[] = [
  (script, others) => readable([...script, ...others]),
  (script, others) => `${readable(script)}${packed(others)}`,
  (script, others) => packedDensely([...script, ...others]),
];

/**
 * Python that writes the files of the stream into a folder and continues as the wrapper. The shell quotes it with ', so it
 * has none itself.
 *
 * -I: nothing is imported from the working directory or by PYTHONPATH. -S: nor from site-packages, which take 5 to 30 ms.
 */
const unpack = `import os, sys
folder, script = sys.argv[1:]
os.mkdir(os.path.join(folder, "shared"))
def read(stream):
    parts = [part.decode("ascii").split("\\n", 1) for part in (b"\\n" + stream).split(b"\\n${mark}")[1:]]
    return {name: text.rstrip("\\n") + "\\n" for name, text in parts}
files = read(sys.stdin.buffer.read())
if "packed" in files or "dense" in files:
    import base64, zlib
    dense = files.pop("dense", "").translate(str.maketrans(",./:[]", "{}<>=&", "\\n"))
    packed = base64.b85decode(dense) if dense else base64.b64decode(files.pop("packed"))
    files.update(read(zlib.decompress(packed)))
for name in files:
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.write(files[name])
sys.path.insert(0, folder)
sys.argv = [os.path.join(folder, "wrapper.py"), os.path.join(folder, script)]
exec(compile(files["wrapper.py"], sys.argv[0], "exec"), {"__name__": "__main__", "__file__": sys.argv[0]})`;

/** Packs files that are too long for a document. fflate packs alike on every machine, unlike Node's own zlib. */
const zipped = (files: Files) => zlibSync(strToU8(readable(files)), { level: 9 });

const packed = (files: Files) => `${mark}packed\n${inLines(Buffer.from(zipped(files)).toString('base64'))}`;

/** Takes 6 % fewer bytes, but Python needs 5 ms more. */
const packedDensely = (files: Files) => `${mark}dense\n${inLines(base85(zipped(files)))}`;

/** Lines are long because each costs 17 bytes more in indented JSON. */
const inLines = (text: string) => text.replaceAll(/.{1,1000}/g, '$&\n');
