import type { Command } from './command.ts';
import type { Host } from './host.ts';
import type { OutputFault } from './output-faults.ts';

/** Selects the scripts of a fault on one host: by the document's name or the end of its name, and by parameters. */
export type ScriptFault = {
  readonly document: string;
  /** The parameters in the form that the script receives them. Without it, scripts with any parameters match. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly instanceId: string;
  /** The number of the next runs that misbehave. Without it, all later runs. */
  readonly times?: number;
};

/** The faults that a rehearsal can inject into Systems Manager. */
export type Faults = {
  /** Makes scripts exit 1 without running. Their stderr states that the failure was injected. */
  failScript(fault: ScriptFault & { readonly times: number }): void;
  /** Makes scripts hang until their execution timeout or a cancellation. */
  hangScript(fault: ScriptFault): void;
  /** Changes the stdout of scripts. They do their work and keep their exit code. */
  garbleScript(fault: ScriptFault & { readonly times: number; readonly says: OutputFault }): void;
  /** Returns one sentence per fault that affected fewer runs than its `times`. */
  unmet(): string[];
  /** Makes a host reachable or not. A host that is reachable again receives waiting commands and reports finished ones. */
  setReachable(instanceId: string, reachable: boolean): void;
  /** Switches a host off. A script that it has not reported runs again when the host is reachable. */
  switchOff(instanceId: string): void;
  /** Replaces a host's tags, like a change in EC2. */
  setTags(instanceId: string, tags: Host['tags']): void;
  /** Makes a host's clock go so many seconds ahead; behind if negative. */
  setClock(instanceId: string, seconds: number): void;
  /** Loses the scripts that run on a host: they are killed, and nothing reports their end. */
  loseScripts(instanceId: string): void;
  /**
   * Removes a host from Systems Manager, which then refuses commands to it: its instance was stopped or terminated, or
   * somebody deregistered the node.
   */
  forget(instanceId: string): void;
  /** Adds a forgotten host again, reachable: its agent has started and registered. */
  register(instanceId: string): void;
};

export type Misbehaviour = 'fail' | 'hang' | `print ${OutputFault}`;

/** Describes the scripts of a fault: `…restore-code, Step clear-signal-cache`. */
const described = ({ document, parameters = {} }: ScriptFault) =>
  [...(document ? [`…${document}`] : []), ...Object.entries(parameters).map((pair) => pair.join(' '))].join(', ');

/** The script faults that are still due. */
export class DueFaults {
  #due: { readonly kind: Misbehaviour; readonly fault: ScriptFault; left: number; met: boolean }[] = [];

  add(kind: Misbehaviour, fault: ScriptFault): void {
    this.#due.push({ kind, fault, left: fault.times ?? Number.POSITIVE_INFINITY, met: false });
  }

  unmet(): string[] {
    return this.#due
      .filter(({ left, met }) => (Number.isFinite(left) ? left > 0 : !met))
      .map(
        ({ fault, kind }) =>
          `the script of ${described(fault)} on ${fault.instanceId} was to ${kind}, but did not run often enough`,
      );
  }

  /** Returns the oldest misbehaviour that is due for this run, and counts it down. */
  take({ document, environment }: Command, host: Host): Misbehaviour | undefined {
    const due = this.#due.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.instanceId === host.instanceId &&
        document.name.endsWith(fault.document) &&
        Object.entries(fault.parameters ?? {}).every(([name, value]) => environment[`SSM_${name}`] === value),
    );
    if (due) {
      due.left -= 1;
      due.met = true;
    }
    return due?.kind;
  }
}
