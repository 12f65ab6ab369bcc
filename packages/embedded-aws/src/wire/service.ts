import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';

/** The principal of a request: a role of the template, a person, or the owner of the account. */
export type Caller = {
  /** ARN of the principal, e.g. `arn:aws:sts::000000000000:assumed-role/…`. */
  readonly arn: string;
  /** The role whose policies decide. */
  readonly role?: string;
  /** ARN of the one managed policy that a person has. A caller with neither this nor a role may do everything. */
  readonly managedPolicy?: string;
  /** The access key id that signed the request. */
  readonly accessKeyId?: string;
  /** The service that acts under the role: `events.amazonaws.com`. */
  readonly invokedBy?: string;
};

/** One question to IAM: may the caller do this action on this resource under these condition keys? */
export type Need = {
  /** In IAM's spelling: `ssm:SendCommand`. */
  readonly action: string;
  /** The full ARN, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  /** Condition keys of the request, e.g. `ssm:resourceTag/fleet`. */
  readonly keys?: Readonly<Record<string, string | readonly string[]>>;
};

/**
 * One AWS API action: one file per action, with the name that AWS gives it.
 *
 * IAM checks `needs` against the caller's policies before `run` is called.
 * `needs` may throw an AwsError if the request is too malformed to name its resource.
 */
export type Action<State, Request, Response> = {
  readonly needs: (state: State, request: Request) => readonly Need[];
  readonly run: (state: State, request: Request, caller: Caller) => Promise<Response> | Response;
};

/** A call to an action, before its checks. */
export type Call = {
  /** In IAM's spelling: `states:StartExecution`. */
  readonly action: string;
  readonly request: unknown;
  readonly caller: Caller;
  readonly needs: readonly Need[];
};

/** Runs a call after its checks. Throws an AwsError if IAM denies the call or an injected fault is due. */
export type RunChecked = <Response>(call: Call, run: () => Response | Promise<Response>) => Promise<Response>;

/** The parts of the account that every service receives. */
export type Surroundings = {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  readonly accountId: string;
  /** Sends something that happened to everyone who watches the account (`GET /_account/watch`). */
  readonly tell: (happening: Happening) => void;
};

/** Something that happened in the account, for people and tests that watch it. The account adds the time, `at`. */
export type Happening = { readonly service: string; readonly event: string } & Readonly<Record<string, unknown>>;
