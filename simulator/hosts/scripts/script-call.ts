import type { HostState, Quarantine } from '../data/host-state.ts';
import { Exit, pythonJson } from '../data/python.ts';
import { type CustomerEnd, customerScripts } from '../system/customer-scripts.ts';

export type Report = Readonly<Record<string, unknown>>;
/** A run of a host script: the host, and the parameters of the document by their variables. */
export type Call = {
  readonly host: HostState;
  readonly parameters: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, by the host's own clock. */
  readonly now: number;
};
export type HostScript = (call: Call) => Report;

export function required({ parameters }: Call, name: string): string {
  const value = parameters[name];
  if (!value) throw new Exit(`${name} is not set; start this script by its SSM document, which sets it`);
  return value;
}

export const words = ({ parameters }: Call, name: string): string[] =>
  (parameters[name] ?? '').split(/\s+/).filter((word) => word !== '');

export const planning = ({ parameters }: Call): boolean => parameters['SSM_Mode'] === 'plan';

const keyOf = (call: Call) => `${required(call, 'SSM_RollbackId')}/${required(call, 'SSM_Step')}`;

/** Returns what this step took away in earlier attempts, or has not yet. */
export function quarantineOf(call: Call): Quarantine {
  const { quarantines } = call.host.kept;
  const key = keyOf(call);
  const found = quarantines.get(key) ?? {
    names: undefined,
    copies: [],
    tree: undefined,
    changesKept: false,
    exported: undefined,
  };
  quarantines.set(key, found);
  return found;
}

/** Returns where the step's copies are, and how a person restores them. */
export const placeOf = (call: Call) => {
  const [rollback, step] = [required(call, 'SSM_RollbackId'), required(call, 'SSM_Step')];
  return {
    quarantine: `${required(call, 'SSM_State')}/${rollback}/quarantine/${step}`,
    restore: `document restore with RollbackId ${rollback}, Of ${step}`,
  };
};

/** Runs SSM_Script in the tree. */
export function customerScript(call: Call, ...given: readonly string[]): CustomerEnd {
  const script = scriptInTree(call);
  const run = customerScripts[script];
  if (!run)
    throw new Error(`The model of hosts does not know the customer's ${script}; add it to customer-scripts.ts.`);
  return run(call.host, given);
}

/** Returns the command that customerScript would run, for a plan. */
export const wouldRun = (call: Call, ...given: readonly string[]): string =>
  ['python', scriptInTree(call), ...given].join(' ');

function scriptInTree(call: Call): string {
  const script = required(call, 'SSM_Script');
  if (!call.host.files.has(script))
    throw new Exit(`There is no script ${script} in the tree; add it or correct Script in the runbook`);
  return script;
}

const SHOWN_BYTES = 1200;
/** Returns an object of the customer's, unless it is too long for a report. */
export const shownObject = (found: unknown): unknown => (pythonJson(found).length <= SHOWN_BYTES ? found : 'too long');
