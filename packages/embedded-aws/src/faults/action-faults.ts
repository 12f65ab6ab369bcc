import type { Instant } from '../clock/clock.ts';
import { AwsError, garbledResponse, noResponse } from '../wire/aws-error.ts';
import type { Happening, Need } from '../wire/service.ts';
import { isNamed } from './is-named.ts';

/** An injected error of an AWS action, e.g. `{ action: 'ssm:SendCommand', fails: 2, error: 'ThrottlingException' }`. */
export type ActionFault = {
  readonly action: string;
  /**
   * The error's name. `NoResponse`: the call hangs until the client gives it up. `GarbledResponse`: the action takes effect,
   * and its response is not readable.
   */
  readonly error: string;
  /** Restricts the fault to resources whose ARN has this ending. */
  readonly resource?: string | undefined;
  /** Restricts the fault to calls of one function or person, by a part of the caller's ARN or its end after a hyphen. */
  readonly caller?: string | undefined;
  /** The action takes effect, and only its response is lost. */
  readonly done?: true | undefined;
} & (
  | { /** The number of calls that fail. */ readonly fails: number }
  | { /** Seconds of the account's clock in which every call fails. */ readonly for: number }
);

/** `done`: the action has taken effect. `caller`: its ARN. */
type Struck = { readonly done?: boolean; readonly caller?: string };

type Due = { readonly fault: ActionFault; readonly until: Instant; left: number; met: boolean };

/** The faults that a rehearsal injected into AWS actions. */
export class ActionFaults {
  readonly #tell: (happening: Happening) => void;
  readonly #now: () => Instant;
  #due: Due[] = [];

  constructor(tell: (happening: Happening) => void, now: () => Instant) {
    this.#tell = tell;
    this.#now = now;
  }

  add(fault: ActionFault): void {
    const forever = Number.POSITIVE_INFINITY;
    const [left, until] = 'fails' in fault ? [fault.fails, forever] : [forever, this.#now() + fault.for * 1000];
    this.#due.push({ fault, until, left, met: false });
  }

  /** Returns the faults that have not occurred as often as requested, one sentence each. */
  unmet(): string[] {
    return this.#due
      .filter(({ left, met }) => (Number.isFinite(left) ? left > 0 : !met))
      .map(({ fault, left }) => {
        const times = Number.isFinite(left) ? `${left} more times` : 'for a while';
        const where = fault.resource === undefined ? '' : ` on …${fault.resource}`;
        const by = fault.caller === undefined ? '' : ` by ${fault.caller}`;
        return `${fault.action}${where}${by} was due to fail with ${fault.error} ${times}, and was not called`;
      });
  }

  /**
   * Throws the error that is due for an action on its resources, and counts it as one call.
   *
   * Called before the action, and again with `done` after it.
   */
  strike(action: string, needs: readonly Need[] = [], { done = false, caller = '' }: Struck = {}): void {
    const due = this.#due.find(
      (one) =>
        one.left > 0 &&
        this.#now() < one.until &&
        isDone(one.fault) === done &&
        meets(one.fault, action, needs) &&
        isBy(one.fault, caller),
    );
    if (!due) return;
    due.left -= 1;
    due.met = true;
    const { error } = due.fault;
    this.#tell({ service: 'account', event: 'ActionFailed', action, error });
    throw new AwsError(error, `Injected fault: ${action} fails with ${error}.`, statusOf(error));
  }
}

/** Returns whether a fault occurs after its action, which has then taken effect. */
const isDone = ({ done, error }: ActionFault): boolean => done === true || error === 'GarbledResponse';

const isBy = ({ caller }: ActionFault, arn: string): boolean =>
  caller === undefined || arn.split(/[:/]/).some((part) => isNamed(part, caller));

const meets = ({ action, resource }: ActionFault, called: string, needs: readonly Need[]): boolean =>
  action === called && (resource === undefined || needs.some((need) => need.resource.endsWith(resource)));

function statusOf(error: string): number {
  if (error === 'NoResponse') return noResponse;
  if (error === 'GarbledResponse') return garbledResponse;
  return /^(Internal|ServiceUnavailable|Unavailable)/.test(error) ? 500 : 400;
}
