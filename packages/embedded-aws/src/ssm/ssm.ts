import { availableParallelism } from 'node:os';
import { semaphore } from '../clock/semaphore.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Action, Surroundings } from '../wire/service.ts';
import { CancelCommand } from './actions/CancelCommand.ts';
import { DescribeDocument } from './actions/DescribeDocument.ts';
import { DescribeInstanceInformation } from './actions/DescribeInstanceInformation.ts';
import { GetCommandInvocation } from './actions/GetCommandInvocation.ts';
import { GetDocument } from './actions/GetDocument.ts';
import { GetParameter } from './actions/GetParameter.ts';
import { ListCommandInvocations } from './actions/ListCommandInvocations.ts';
import { ListCommands } from './actions/ListCommands.ts';
import { ListDocuments } from './actions/ListDocuments.ts';
import { PutParameter } from './actions/PutParameter.ts';
import { SendCommand } from './actions/SendCommand.ts';
import { Agent } from './agent.ts';
import { type Document, type DocumentRequest, documentOf } from './document.ts';
import { DueFaults, type Faults } from './faults.ts';
import type { Host } from './host.ts';
import type { RunScript } from './run-script.ts';
import { documentArn, type SsmState } from './state.ts';

/** The actions of Systems Manager that the account supports, by AWS's names. */
export const actions = {
  CancelCommand,
  DescribeDocument,
  DescribeInstanceInformation,
  GetCommandInvocation,
  GetDocument,
  GetParameter,
  ListCommandInvocations,
  ListCommands,
  ListDocuments,
  PutParameter,
  SendCommand,
} satisfies Record<string, Action<SsmState, never, unknown>>;

export type SsmOptions = {
  /** A folder with the real python3, git and bash (see toolbox.ts). */
  readonly toolbox: string;
  /** Stores a command's script outside the hosts' folders, so that hosts do not see it. Returns its name for `run`. */
  readonly keepScript: SsmState['keepScript'];
  /** True under a virtual clock: results come after a modelled delivery and run time. Otherwise when the child ends. */
  readonly modelledDurations: boolean;
  /** The most host scripts that run at once; by default twice the number of cores. */
  readonly simultaneousChildren?: number;
  /** With modelled durations: real milliseconds after which a running child counts as hung. */
  readonly patience?: number;
  readonly run: RunScript;
  /** Called with a host before each script that runs on it. */
  readonly prepare?: (host: Host) => void;
};

/** Systems Manager of the embedded account: documents, hosts, and commands that run as real children. */
export type Ssm = {
  readonly state: SsmState;
  readonly actions: typeof actions;
  createDocument(request: DocumentRequest): Document;
  readonly faults: Faults;
  /** Kills every running script. */
  close(): void;
};

/** The default of `patience`. Host scripts take well under a second, so a minute is a hang even on a busy machine. */
const PATIENCE = 60_000;

export function ssm(surroundings: Surroundings, hosts: readonly Host[], options: SsmOptions): Ssm {
  const { keepScript, simultaneousChildren = 2 * availableParallelism(), patience = PATIENCE, run } = options;
  const due = new DueFaults();
  // A limit, because 300 hosts may start a script in the same second and two cores run only a few at a time.
  const acquirePlace = semaphore(simultaneousChildren);
  /** Milliseconds, by instance id. */
  const ahead = new Map<string, number>();
  const agent = new Agent({
    ...{ ...options, surroundings, faults: due, acquirePlace, patience, run },
    ahead: ({ instanceId }) => ahead.get(instanceId) ?? 0,
  });
  const state: SsmState = {
    surroundings,
    hosts: new Map(hosts.map((host) => [host.instanceId, host])),
    documents: new Map(),
    commands: new Map(),
    agent,
    keepScript,
    startedAt: surroundings.clock.now(),
    parameters: new Map(),
  };
  for (const host of hosts) if (!host.reachable) agent.setReachable(host, false);
  return {
    state,
    actions,
    createDocument: (request) => createDocument(state, request),
    faults: faultsOf(state, due, ahead),
    close: () => agent.close(),
  };
}

function createDocument({ surroundings, documents }: SsmState, request: DocumentRequest): Document {
  if (documents.has(request.name)) {
    throw new AwsError('DocumentAlreadyExists', `Document ${request.name} already exists.`);
  }
  const document = documentOf(request, documentArn(surroundings, request.name), surroundings.clock.now());
  documents.set(document.name, document);
  return document;
}

function faultsOf(state: SsmState, due: DueFaults, ahead: Map<string, number>): Faults {
  const forgotten = new Map<string, Host>();
  const known = (instanceId: string): Host => {
    const host = state.hosts.get(instanceId);
    if (!host) throw new Error(`There is no host ${instanceId}; there are ${[...state.hosts.keys()].join(', ')}.`);
    return host;
  };
  return {
    failScript: (fault) => due.add('fail', { ...fault, instanceId: known(fault.instanceId).instanceId }),
    hangScript: (fault) => due.add('hang', { ...fault, instanceId: known(fault.instanceId).instanceId }),
    garbleScript: (fault) =>
      due.add(`print ${fault.says}`, { ...fault, instanceId: known(fault.instanceId).instanceId }),
    unmet: () => due.unmet(),
    setTags: (instanceId, tags) => {
      const away = forgotten.get(instanceId);
      if (away) forgotten.set(instanceId, { ...away, tags });
      else state.hosts.set(instanceId, { ...known(instanceId), tags });
    },
    setClock: (instanceId, seconds) => void ahead.set(known(instanceId).instanceId, seconds * 1000),
    setReachable: (instanceId, reachable) => state.agent.setReachable(known(instanceId), reachable),
    switchOff: (instanceId) => state.agent.switchOff(known(instanceId)),
    loseScripts: (instanceId) => state.agent.loseScripts(known(instanceId)),
    forget: (instanceId) => {
      const host = known(instanceId);
      state.agent.setReachable(host, false);
      state.hosts.delete(instanceId);
      forgotten.set(instanceId, host);
    },
    register: (instanceId) => {
      const host = forgotten.get(instanceId);
      if (!host) throw new Error(`Systems Manager has not forgotten ${instanceId}, so it cannot register again.`);
      forgotten.delete(instanceId);
      state.hosts.set(instanceId, host);
      state.agent.setReachable(host, true);
    },
  };
}
