import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../wire/aws-error.ts';
import type { Action, Surroundings } from '../wire/service.ts';
import { CancelCommand } from './actions/CancelCommand.ts';
import { DescribeDocument } from './actions/DescribeDocument.ts';
import { DescribeInstanceInformation } from './actions/DescribeInstanceInformation.ts';
import { GetCommandInvocation } from './actions/GetCommandInvocation.ts';
import { GetDocument } from './actions/GetDocument.ts';
import { ListCommandInvocations } from './actions/ListCommandInvocations.ts';
import { ListCommands } from './actions/ListCommands.ts';
import { SendCommand } from './actions/SendCommand.ts';
import { Agent } from './agent.ts';
import { childPlaces } from './child-places.ts';
import { type Document, type DocumentRequest, documentOf } from './document.ts';
import { DueFaults, type Faults } from './faults.ts';
import type { Host } from './host.ts';
import { type RunScript, runScript } from './run-script.ts';
import { documentArn, type SsmState } from './state.ts';

/** What Systems Manager answers here, by AWS's names. */
export const actions = {
  CancelCommand,
  DescribeDocument,
  DescribeInstanceInformation,
  GetCommandInvocation,
  GetDocument,
  ListCommandInvocations,
  ListCommands,
  SendCommand,
} satisfies Record<string, Action<SsmState, never, unknown>>;

export type SsmOptions = {
  /** A folder with the real python3, git and bash (see toolbox.ts). */
  readonly toolbox: string;
  /** Where the scripts of commands are written: outside of the hosts, so that no host finds them in its tree. */
  readonly runFolder: string;
  /** For a virtual clock: results are told after a modelled delivery and run time. Without, when the child ends. */
  readonly modelledDurations: boolean;
  /** How many host scripts may run at once; twice the cores unless it is said. */
  readonly simultaneousChildren?: number;
  /** With modelled durations: real milliseconds after which a running child counts as one that hangs. */
  readonly patience?: number;
  /** How scripts are started; from this process unless it is said. */
  readonly run?: RunScript;
  /** Called for a host before each script that runs on it. */
  readonly prepare?: (host: Host) => void;
};

/** Systems Manager of the embedded account: documents, hosts, and commands that run as real children. */
export type Ssm = {
  readonly state: SsmState;
  readonly actions: typeof actions;
  createDocument(request: DocumentRequest): Document;
  readonly faults: Faults;
  /** Kills every script that still runs. */
  close(): void;
};

/** The hosts' own scripts take well under a second; a minute is a hang even on a machine that is very busy. */
const PATIENCE = 60_000;

export function ssm(surroundings: Surroundings, hosts: readonly Host[], options: SsmOptions): Ssm {
  const {
    runFolder,
    simultaneousChildren = 2 * availableParallelism(),
    patience = PATIENCE,
    run = runScript,
  } = options;
  const failingScript = join(runFolder, 'injected-fault.sh');
  mkdirSync(runFolder, { recursive: true });
  writeFileSync(failingScript, 'echo "Injected fault: this script was told to fail and did not run." >&2\nexit 1\n');

  const due = new DueFaults();
  const places = childPlaces(simultaneousChildren);
  const agent = new Agent({ ...options, surroundings, faults: due, places, patience, failingScript, run });
  const state: SsmState = {
    surroundings,
    hosts: new Map(hosts.map((host) => [host.instanceId, host])),
    documents: new Map(),
    commands: new Map(),
    agent,
    runFolder,
    startedAt: surroundings.clock.now(),
  };
  for (const host of hosts) if (!host.reachable) agent.setReachable(host, false);
  return {
    state,
    actions,
    createDocument: (request) => createDocument(state, request),
    faults: faultsOf(state, due),
    close: () => agent.close(),
  };
}

function createDocument({ surroundings, documents }: SsmState, request: DocumentRequest): Document {
  if (documents.has(request.name)) {
    throw new AwsError('DocumentAlreadyExists', `There is a document ${request.name} already.`);
  }
  const document = documentOf(request, documentArn(surroundings, request.name), surroundings.clock.now());
  documents.set(document.name, document);
  return document;
}

function faultsOf(state: SsmState, due: DueFaults): Faults {
  const known = (instanceId: string): Host => {
    const host = state.hosts.get(instanceId);
    if (!host) throw new Error(`There is no host ${instanceId}; there are ${[...state.hosts.keys()].join(', ')}.`);
    return host;
  };
  return {
    failScript: (fault) => due.add('fails', { ...fault, instanceId: known(fault.instanceId).instanceId }),
    hangScript: (fault) => due.add('hangs', { ...fault, instanceId: known(fault.instanceId).instanceId }),
    garbleScript: (fault) =>
      due.add(`says ${fault.says}`, { ...fault, instanceId: known(fault.instanceId).instanceId }),
    unmet: () => due.unmet(),
    setTags: (instanceId, tags) => {
      state.hosts.set(instanceId, { ...known(instanceId), tags });
    },
    setReachable: (instanceId, reachable) => state.agent.setReachable(known(instanceId), reachable),
  };
}
