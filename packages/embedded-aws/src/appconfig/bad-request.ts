import { AwsError } from '../wire/aws-error.ts';

/** A BadRequestException; `more` are the fields it has besides its message: Reason and Details. */
export class BadRequest extends AwsError {
  readonly more: Readonly<Record<string, unknown>>;

  constructor(message: string, more: Readonly<Record<string, unknown>> = {}) {
    super('BadRequestException', message);
    this.more = more;
  }
}
