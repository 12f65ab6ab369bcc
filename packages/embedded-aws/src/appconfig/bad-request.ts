import { AwsError } from '../wire/aws-error.ts';

/** A BadRequestException; `more` contains its fields besides the message: Reason and Details. */
export class BadRequest extends AwsError {
  readonly more: Readonly<Record<string, unknown>>;

  constructor(message: string, more: Readonly<Record<string, unknown>> = {}) {
    super('BadRequestException', message);
    this.more = more;
  }
}
