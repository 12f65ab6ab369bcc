import { remembered } from '../remembered.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-service.ts';
import { authorization, type ClientPlace, httpRequest, type SdkRequest, sdkResponse } from './client-settings.ts';
import { documentOutput, documentRequest, type Nodes } from './documents.ts';
import { frozen } from './frozen.ts';

/** The parts of an SDK client that are used without its middleware (@smithy/core 3, client and protocols). */
type SdkClient = { readonly config: object; send(command: Command, options?: object): Promise<unknown> };
type Config = { readonly protocol: Protocol; readonly defaultSigningName: string };
type Protocol = {
  /** The prefix of X-Amz-Target, of the JSON protocol. */
  readonly serviceTarget?: string;
  setSerdeContext(config: object): void;
  serializeRequest(operation: Operation, input: unknown, context: object): Promise<SdkRequest>;
  deserializeResponse(operation: Operation, context: object, response: object): Promise<Output>;
};
type Output = { readonly $metadata: object };
/** An operation's namespace, name, traits, input and output, after the mark of an operation. */
type OperationSchema = readonly [9, string, string, unknown, unknown, unknown];
type Operation = Readonly<Record<'namespace' | 'name' | 'traits' | 'input' | 'output', unknown>>;
type Command = {
  readonly input: unknown;
  readonly schema: OperationSchema;
  /** A document command of DynamoDB wraps a command, and names the members that hold plain values. */
  readonly clientCommand?: { readonly schema: OperationSchema };
  readonly inputKeyNodes?: Nodes;
  readonly outputKeyNodes?: Nodes;
};

/**
 * Returns a client like one that `make` makes, whose calls go to the account of this process without the SDK's middleware.
 *
 * Requests and responses are written and read by the SDK's own protocol. Any response but a success that can be read, or the
 * refusal of a conditional write, goes through the whole SDK, which reads the error, decides about a retry and sends it. Not
 * for S3: its middleware adds checksums, and the bucket.
 */
export function directClient<Settings extends object, Client extends object>(
  make: (settings: Settings) => Client,
  settings: Settings,
  place: ClientPlace,
): Client {
  const shared = sharedClient(make, settings);
  const caller = authorization(place, shared.signingName);
  let whole: Client | undefined;
  const send = async (command: Command, options: object = {}) => {
    const { request, output, refusal } = shared.callsOf(command);
    const response = await place.carry(await request(command, caller));
    const read = isSuccess(response) ? await output(response).catch(() => undefined) : undefined;
    if (read) return read;
    if (isRefusal(response)) await refusal(response);
    whole ??= make(settings);
    return (whole as SdkClient).send(command, { ...options, firstResponse: response });
  };
  return Object.create(shared.client, { send: { value: send } }) as Client;
}

type Shared<Client> = {
  readonly client: Client;
  readonly signingName: string;
  readonly callsOf: (command: Command) => Calls;
};
type Calls = {
  /** `caller`: the header that names the request's caller. */
  readonly request: (command: Command, caller: string) => Promise<HttpRequest>;
  readonly output: (response: HttpResponse) => Promise<Output>;
  /** Throws the error of a response that the SDK does not retry. */
  readonly refusal: (response: HttpResponse) => Promise<never>;
};

/** Settings of a shared client, which sends nothing: it must not keep the account of the first caller in memory. */
const unused = { requestHandler: {}, retryStrategy: undefined };

/** One client per kind and process: it takes a millisecond to make one, and each environment of a function has its own. */
const sharedClients = new Map<unknown, Shared<object>>();

function sharedClient<Settings extends object, Client extends object>(
  make: (settings: Settings) => Client,
  settings: Settings,
): Shared<Client> {
  const known = (sharedClients.get(make) as Shared<Client>) ?? shareClient(make({ ...settings, ...unused }));
  sharedClients.set(make, known);
  return known;
}

function shareClient<Client extends object>(client: Client): Shared<Client> {
  const { config } = client as unknown as SdkClient;
  const { protocol, defaultSigningName } = config as Config;
  protocol.setSerdeContext(config);
  const context = { ...config, endpoint: async () => endpoint };
  const known = new Map<unknown, Calls>();
  const made = ({ schema, clientCommand, outputKeyNodes: outputNodes }: Command): Calls =>
    clientCommand
      ? {
          ...documentCalls(clientCommand.schema, { service: protocol.serviceTarget, outputNodes }),
          refusal: calls(clientCommand.schema, protocol, context).refusal,
        }
      : calls(schema, protocol, context);
  return {
    client,
    signingName: defaultSigningName,
    callsOf: (command) => {
      const found = known.get(command.constructor) ?? made(command);
      known.set(command.constructor, found);
      return found;
    },
  };
}

/** Returns the calls of an operation, as the SDK's protocol writes and reads them. */
function calls(
  [, namespace, name, traits, input, output]: OperationSchema,
  protocol: Protocol,
  context: object,
): Calls {
  const operation = { namespace, name, traits, input, output };
  const read = async (response: HttpResponse) =>
    protocol.deserializeResponse(operation, context, sdkResponse(response));
  // Only of the JSON protocol is everything in the body.
  const known = remembered(
    MOST_OUTPUTS,
    (body) => read({ status: 200, headers: {}, body }).then(frozen),
    MOST_CHARACTERS,
  );
  const readOf = protocol.serviceTarget === undefined ? read : ({ body }: HttpResponse) => known(String(body));
  return {
    request: async (command, caller) => {
      const request = await protocol.serializeRequest(operation, command.input, context);
      return httpRequest({ ...request, headers: { ...request.headers, authorization: caller } });
    },
    output: async (response) => {
      const found = await readOf(response);
      const requestId = response.headers['x-amzn-requestid'];
      return { ...found, $metadata: { ...found.$metadata, ...(requestId ? { requestId } : {}), ...once } };
    },
    refusal: async (response) => {
      try {
        await read(response);
      } catch (error) {
        Object.assign((error as Output).$metadata, once);
        throw error;
      }
      throw new Error('A refusal was read as a success.');
    },
  };
}

/**
 * The most outputs of one operation that are remembered, and characters of their responses. A function that polls gets the
 * same response, and documents do not change.
 */
const MOST_OUTPUTS = 300;
const MOST_CHARACTERS = 2_000_000;

/** Returns the calls of an operation with documents. Its JSON needs no protocol: DynamoDB's types are JSON but for binaries. */
function documentCalls(
  [, , name, , input, output]: OperationSchema,
  { service = '', outputNodes }: { readonly service: string | undefined; readonly outputNodes: Nodes },
): Omit<Calls, 'refusal'> {
  const [inputNames, outputNames] = [membersOf(input), membersOf(output)];
  const outputOf = (value: object) => documentOutput(value, outputNodes, outputNames);
  const known = new WeakMap<object, Readonly<Record<string, unknown>>>();
  /** Returns the output of a value. A read that is repeated gets the same value until something is written. */
  const knownOutput = (value: object) => {
    const output = known.get(value) ?? outputOf(value);
    known.set(value, output);
    return output;
  };
  return {
    request: async (command, caller) => {
      const value = documentRequest(command.input, command.inputKeyNodes, inputNames);
      const headers = { 'x-amz-target': `${service}.${name}`, authorization: caller };
      const request = { method: 'POST', path: '/', headers };
      return reading.has(name) ? { ...request, body: JSON.stringify(value) } : withValue(request, value);
    },
    output: async ({ status, headers, body, value }) => ({
      ...(value ? knownOutput(value) : outputOf(JSON.parse(String(body) || '{}'))),
      $metadata: { httpStatusCode: status, requestId: headers['x-amzn-requestid'], ...once },
    }),
  };
}

/** Operations that the account remembers by the text of their body. */
const reading = new Set(['BatchGetItem', 'GetItem', 'Query']);

/** Returns a request with its JSON as a value, whose text is written only for who reads it. */
const withValue = (request: Omit<HttpRequest, 'body'>, value: object): HttpRequest => ({
  ...request,
  value,
  get body() {
    return JSON.stringify(value);
  },
});

/** The members of a structure's schema: after its mark, namespace, name and traits, the names. */
const membersOf = (schema: unknown) => (schema as () => readonly [3, string, string, unknown, readonly string[]])()[4];

/** The record of a call without a retry. */
const once = { attempts: 1, totalRetryDelay: 0 };

/** The refusals of DynamoDB that a product expects: of a write whose condition does not hold. No other error comes so often. */
const REFUSAL = /"__type":"com\.amazonaws\.dynamodb\.v20120810#(ConditionalCheckFailed|TransactionCanceled)Exception"/;
const isRefusal = ({ status, body }: HttpResponse) => status === 400 && REFUSAL.test(String(body));

const isSuccess = ({ status }: HttpResponse) => status >= 200 && status < 300;

/** The address that a request needs to be complete. */
const endpoint = { protocol: 'http:', hostname: 'account.invalid', path: '/' };
