/** A subcommand of `rollback`. Its run answers the exit code: 0 done, 1 it failed, 2 it was asked wrongly. */
export type Command = {
  readonly summary: string;
  /** What `rollback NAME --help` prints. Where it reads infra/, a getter: a file with a mistake stops no other command. */
  readonly help: string;
  readonly run: (words: string[]) => Promise<number>;
};

/** The command was asked wrongly: one sentence with what was found and what to write instead. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
