import { AwsError } from './aws-error.ts';

/** An AWS action that answers an error the next `fails` times, as `{ action: 'ssm:SendCommand', … }`. */
export type ActionFault = { readonly action: string; readonly fails: number; readonly error: string };

/** The faults a rehearsal put into AWS itself. */
export class ActionFaults {
  #due: { readonly fault: ActionFault; left: number }[] = [];

  add(fault: ActionFault): void {
    this.#due.push({ fault, left: fault.fails });
  }

  /** Throws the error that is due for this action; each fault is used up by one. */
  strike(action: string): void {
    const due = this.#due.find(({ fault, left }) => left > 0 && fault.action === action);
    if (!due) return;
    due.left -= 1;
    throw new AwsError(
      due.fault.error,
      `Injected fault: ${action} answers ${due.fault.error}.`,
      statusOf(due.fault.error),
    );
  }
}

const statusOf = (error: string) => (/^(Internal|ServiceUnavailable)/.test(error) ? 500 : 400);
