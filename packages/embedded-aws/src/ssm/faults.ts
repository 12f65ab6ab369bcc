import type { Command } from './command.ts';
import type { Host } from './host.ts';
import type { OutputFault } from './output-faults.ts';

/** Which scripts misbehave on one host: those of a document, by its name or the end of it, and with these parameters. */
export type ScriptFault = {
  readonly document: string;
  /** As the command's script gets them; without: whatever they are. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly instanceId: string;
  /** How many of the next runs; a script that hangs does so until the end of the account unless it is said. */
  readonly times?: number;
};

/** What a rehearsal can do to the hosts' Systems Manager. */
export type Faults = {
  /** Those scripts exit 1 without running, and say on stderr that the failure was injected. */
  failScript(fault: ScriptFault & { readonly times: number }): void;
  /** Those scripts never end, until their execution timeout or a cancel. */
  hangScript(fault: ScriptFault): void;
  /** Those scripts do their work and exit as they do, and what they say on stdout is changed on its way. */
  garbleScript(fault: ScriptFault & { readonly times: number; readonly says: OutputFault }): void;
  /** Faults that have not struck as often as they were asked to, one sentence each. */
  unmet(): string[];
  /** A host that can be reached again receives what still waits for it, and reports what it finished. */
  setReachable(instanceId: string, reachable: boolean): void;
  /** As somebody changed them in EC2. */
  setTags(instanceId: string, tags: Host['tags']): void;
};

export type Misbehaviour = 'fails' | 'hangs' | `says ${OutputFault}`;

const named = ({ document, parameters = {} }: ScriptFault) =>
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
          `the script of ${named(fault)} on ${fault.instanceId} was told that it ${kind}, and was not run so often`,
      );
  }

  /** The misbehaviour due for this run, the one asked for first; it is used up by one. */
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
