/** A subcommand of `rollback`. `run` returns the exit code: 0 done, 1 failed, 2 usage error, 130 interrupted. */
export type Command = {
  readonly summary: string;
  /** Text of `rollback NAME --help`. A getter if it reads infra/, so that an invalid file stops no other command. */
  readonly help: string;
  readonly run: (words: string[]) => Promise<number>;
};
