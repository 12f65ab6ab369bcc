import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';

/** Who makes a request: a role of the template, a person, with or without one of its managed policies, or the owner. */
export type Caller = {
  /** ARN of the principal, e.g. `arn:aws:sts::000000000000:assumed-role/…`. */
  readonly arn: string;
  /** The role whose policies decide. */
  readonly role?: string;
  /** ARN of the one managed policy that a person holds. Neither this nor a role: somebody who may do everything. */
  readonly managedPolicy?: string;
  /** What the request was signed with. */
  readonly accessKeyId?: string;
  /** The service that acts under the role: `events.amazonaws.com`. */
  readonly invokedBy?: string;
};

/** One question to IAM: may the caller do this, to that, under these condition keys? */
export type Need = {
  /** As IAM spells it: `ssm:SendCommand`. */
  readonly action: string;
  /** The full ARN, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  /** Condition keys of the request, e.g. `ssm:resourceTag/fleet`. */
  readonly keys?: Readonly<Record<string, string | readonly string[]>>;
};

/**
 * One AWS API action, one file, named as AWS names it.
 *
 * `needs` is asked first and answered by the caller's policies; `run` sees only requests that passed.
 * `needs` may throw an AwsError for a request too malformed to name its resource.
 */
export type Action<State, Request, Response> = {
  readonly needs: (state: State, request: Request) => readonly Need[];
  readonly run: (state: State, request: Request, caller: Caller) => Promise<Response> | Response;
};

/** What every service of the account is given. */
export type Surroundings = {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  readonly accountId: string;
  /** Tells whoever watches the account (`GET /_account/watch`) that something happened. */
  readonly tell: (happening: Happening) => void;
};

/** Something that happened in the account, for people and tests that follow it; `at` is added by the account. */
export type Happening = { readonly service: string; readonly event: string } & Readonly<Record<string, unknown>>;
