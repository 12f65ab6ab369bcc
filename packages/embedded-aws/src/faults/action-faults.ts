import type { Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Happening, Need } from '../wire/service.ts';

/**
 * An AWS action that answers an error: the next `fails` times, or `for` seconds of the account's clock, as
 * `{ action: 'ssm:SendCommand', fails: 2, … }`. With `resource`, only on resources whose ARN ends so. With `done`, the
 * action is done all the same, and only its answer is lost.
 */
export type ActionFault = {
  readonly action: string;
  readonly error: string;
  readonly resource?: string | undefined;
  readonly done?: true | undefined;
} & ({ readonly fails: number } | { readonly for: number });

type Due = { readonly fault: ActionFault; readonly until: Instant; left: number; met: boolean };

/** The faults a rehearsal put into AWS itself. */
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

  /** Faults that have not struck as often as they were asked to, one sentence each. */
  unmet(): string[] {
    return this.#due
      .filter(({ left, met }) => (Number.isFinite(left) ? left > 0 : !met))
      .map(({ fault, left }) => {
        const times = Number.isFinite(left) ? `${left} more times` : 'for a while';
        const where = fault.resource === undefined ? '' : ` on …${fault.resource}`;
        return `${fault.action}${where} was asked to answer ${fault.error} ${times}, and was not called`;
      });
  }

  /** Throws the error that is due for this action on what it needs, before or after it is `done`; used up by one. */
  strike(action: string, needs: readonly Need[] = [], done = false): void {
    const due = this.#due.find(
      (one) =>
        one.left > 0 &&
        this.#now() < one.until &&
        (one.fault.done ?? false) === done &&
        meets(one.fault, action, needs),
    );
    if (!due) return;
    due.left -= 1;
    due.met = true;
    const { error } = due.fault;
    this.#tell({ service: 'account', event: 'ActionFailed', action, error });
    throw new AwsError(error, `Injected fault: ${action} answers ${error}.`, statusOf(error));
  }
}

const meets = ({ action, resource }: ActionFault, asked: string, needs: readonly Need[]): boolean =>
  action === asked && (resource === undefined || needs.some((need) => need.resource.endsWith(resource)));

const statusOf = (error: string) => (/^(Internal|ServiceUnavailable)/.test(error) ? 500 : 400);
