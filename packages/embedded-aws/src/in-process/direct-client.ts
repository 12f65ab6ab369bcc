import type { HttpResponse } from '../wire/http-service.ts';
import { authorization, type ClientPlace, httpRequest, type SdkRequest } from './client-settings.ts';
import { marshalled, type Nodes, unmarshalled } from './documents.ts';

/** The parts of an SDK client that are used without its middleware (@smithy/core 3, client and protocols). */
type SdkClient = { readonly config: object; send(command: Command, options?: object): Promise<unknown> };
type Config = { readonly protocol: Protocol; readonly defaultSigningName: string };
type Protocol = {
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
  /** A document command of DynamoDB wraps a command and names the members that hold plain values. */
  readonly clientCommand?: { readonly schema: OperationSchema };
  readonly inputKeyNodes?: Nodes;
  readonly outputKeyNodes?: Nodes;
};

/**
 * Returns a client like one that `make` makes, whose calls go to the account of this process without the SDK's middleware.
 *
 * Requests and responses are written and read by the SDK's own protocol. Any response but a success goes through the whole
 * SDK, which reads the error, decides about a retry and sends it. Not for S3: its middleware adds checksums, and the bucket.
 */
export function directClient<Settings extends object, Client extends object>(
  make: (settings: Settings) => Client,
  settings: Settings,
  place: ClientPlace,
): Client {
  const shared = sharedClient(make, settings);
  let whole: Client | undefined;
  const send = async (command: Command, options: object = {}) => {
    const { schema, clientCommand, input, inputKeyNodes, outputKeyNodes } = command;
    const { request, output } = shared.operationOf(clientCommand?.schema ?? schema);
    const typed = clientCommand ? marshalled(input, inputKeyNodes) : input;
    const response = await place.carry(await request(typed, place));
    if (isSuccess(response)) {
      const result = await output(response);
      return clientCommand ? unmarshalled(result, outputKeyNodes) : result;
    }
    whole ??= make(settings);
    return (whole as SdkClient).send(command, { ...options, firstResponse: response });
  };
  return Object.create(shared.client, { send: { value: send } }) as Client;
}

type Shared<Client> = {
  readonly client: Client;
  readonly operationOf: (schema: OperationSchema) => {
    readonly request: (input: unknown, place: ClientPlace) => Promise<ReturnType<typeof httpRequest>>;
    readonly output: (response: HttpResponse) => Promise<Output>;
  };
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
  const operations = new Map<OperationSchema, ReturnType<Shared<Client>['operationOf']>>();
  const made = ([, namespace, name, traits, input, output]: OperationSchema) => {
    const operation = { namespace, name, traits, input, output };
    return {
      request: async (value: unknown, place: ClientPlace) => {
        const request = await protocol.serializeRequest(operation, value, context);
        const headers = { ...request.headers, authorization: authorization(place, defaultSigningName) };
        return httpRequest({ ...request, headers });
      },
      output: async ({ status, headers, body }: HttpResponse) => {
        const response = { statusCode: status, headers: { ...headers }, body: new Uint8Array(Buffer.from(body)) };
        const read = await protocol.deserializeResponse(operation, context, response);
        return Object.assign(read, { $metadata: { ...read.$metadata, attempts: 1, totalRetryDelay: 0 } });
      },
    };
  };
  return {
    client,
    operationOf: (schema) => {
      const known = operations.get(schema) ?? made(schema);
      operations.set(schema, known);
      return known;
    },
  };
}

const isSuccess = ({ status }: HttpResponse) => status >= 200 && status < 300;

/** The address that a request needs to be complete. */
const endpoint = { protocol: 'http:', hostname: 'account.invalid', path: '/' };
