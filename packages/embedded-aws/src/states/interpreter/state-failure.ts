/** The failure of a state: the error name that Retry and Catch match, and the cause for people. */
export class StateFailure extends Error {
  /** Absent after a Fail state without Error, and after SendTaskFailure without `error`. */
  readonly error: string | undefined;
  /** Absent if AWS gives none, as for a timeout. */
  override readonly cause: string | undefined;

  constructor(error: string | undefined, cause?: string) {
    super(`${error}${cause === undefined ? '' : `: ${cause}`}`);
    this.error = error;
    this.cause = cause;
  }
}

/** The error that an integration throws to fail its task. ErrorEquals matches `error`. */
export class TaskFailure extends StateFailure {
  constructor(error: string, cause: string) {
    super(error, cause);
  }
}

/** A task that took longer than TimeoutSeconds, or was silent for longer than HeartbeatSeconds. */
export class TaskTimeout extends StateFailure {
  readonly by: 'TimeoutSeconds' | 'HeartbeatSeconds';

  constructor(by: 'TimeoutSeconds' | 'HeartbeatSeconds') {
    // A missed heartbeat is also States.Timeout in the history of a real execution (recorded 2024-04-18 in
    // localstack's tests/aws/services/stepfunctions/v2/timeouts/test_heartbeats.snapshot.json).
    super('States.Timeout');
    this.by = by;
  }
}

/** The failure of an expression that threw or whose result does not fit its field. */
export class QueryEvaluationError extends StateFailure {
  /** The field in the state, in AWS's form: `Choices[1]/Output/v`. Absent for a Map without Items. */
  readonly location: string | undefined;

  constructor(location: string | undefined, cause: string) {
    super('States.QueryEvaluationError', cause);
    this.location = location;
  }
}

/** Unwinds work whose execution or Parallel/Map state has ended. No state may catch it. */
export class Interrupted extends Error {}
