import { AwsError } from './aws-error.ts';
import type { Happening } from './service.ts';

/** An AWS action that answers an error the next `fails` times, as `{ action: 'ssm:SendCommand', … }`. */
export type ActionFault = { readonly action: string; readonly fails: number; readonly error: string };

/** The faults a rehearsal put into AWS itself. */
export class ActionFaults {
  readonly #tell: (happening: Happening) => void;
  #due: { readonly fault: ActionFault; left: number }[] = [];

  constructor(tell: (happening: Happening) => void) {
    this.#tell = tell;
  }

  add(fault: ActionFault): void {
    this.#due.push({ fault, left: fault.fails });
  }

  /** Faults that have not struck as often as they were asked to, one sentence each. */
  unmet(): string[] {
    return this.#due
      .filter(({ left }) => left > 0)
      .map(
        ({ fault, left }) =>
          `${fault.action} was asked to answer ${fault.error} ${left} more times, and was not called`,
      );
  }

  /** Throws the error that is due for this action; each fault is used up by one. */
  strike(action: string): void {
    const due = this.#due.find(({ fault, left }) => left > 0 && fault.action === action);
    if (!due) return;
    due.left -= 1;
    this.#tell({ service: 'account', event: 'ActionFailed', action, error: due.fault.error });
    throw new AwsError(
      due.fault.error,
      `Injected fault: ${action} answers ${due.fault.error}.`,
      statusOf(due.fault.error),
    );
  }
}

const statusOf = (error: string) => (/^(Internal|ServiceUnavailable)/.test(error) ? 500 : 400);
