type Next<Args, Output> = (args: Args) => Promise<Output>;
type Options = { readonly step: 'deserialize'; readonly name: string; readonly priority: 'high' };
type Stack = {
  add(middleware: <Args, Output>(next: Next<Args, Output>) => Next<Args, Output>, options: Options): void;
};

/**
 * Makes a client treat a response that it cannot read, such as a page of a proxy, as a response that never came.
 *
 * The action may have taken effect, as with a lost response. So the error is a TimeoutError: the SDK repeats the call, and
 * then the state's Retry does. The SDK's own error would be a SyntaxError or an Error, which nothing retries.
 */
export function withReadableResponses<Client extends { readonly middlewareStack: unknown }>(client: Client): Client {
  const readable =
    <Args, Output>(next: Next<Args, Output>): Next<Args, Output> =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw isUnreadable(error) ? unreadable(error) : error;
      }
    };
  const options: Options = { step: 'deserialize', name: 'readableResponses', priority: 'high' };
  (client.middlewareStack as Stack).add(readable, options);
  return client;
}

/** Returns whether an error comes from reading a response. An error that the service sent has `$fault`. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof Error && '$response' in error && !('$fault' in error);

function unreadable(error: Error): Error {
  const [reason] = error.message.split('\n');
  const message = `The response could not be read; the call may have taken effect: ${reason}`;
  return Object.assign(new Error(message, { cause: error }), { name: 'TimeoutError' });
}
