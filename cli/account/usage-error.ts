/** Error of a command line that cannot run: one sentence with what was found and what to write instead. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
