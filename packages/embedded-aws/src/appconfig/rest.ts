import * as z from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { type Authorize, bytesOf, type HttpRequest, type HttpResponse } from '../wire/http-service.ts';
import { restError } from '../wire/rest-error.ts';
import type { Caller } from '../wire/service.ts';
import type { CheckedAction } from './action.ts';
import { actions } from './actions.ts';
import { BadRequest } from './bad-request.ts';
import { type Route, routes } from './routes.ts';
import type { AppConfigState } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;
type AnyAction = CheckedAction<z.ZodType, Fields>;

/** Handles one request to the control plane or the data plane. Errors too become responses of this protocol. */
export async function handleRest(
  state: AppConfigState,
  request: HttpRequest,
  authorize: Authorize,
  caller: Caller,
): Promise<HttpResponse> {
  try {
    const { name, route, labels } = routeOf(request);
    const action = actions[name] as unknown as AnyAction;
    const fields = checked(name, action, fieldsOf(request, route, labels));
    authorize(action.needs(state, fields));
    return responseOf(route, await action.run(state, fields, caller));
  } catch (error) {
    return restError(error, error instanceof BadRequest ? error.more : {});
  }
}

function checked(name: string, { request }: AnyAction, fields: Fields): unknown {
  const parsed = request.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw new BadRequest(`The embedded account cannot take this ${name} request: ${z.prettifyError(parsed.error)}`, {
    Reason: 'InvalidParameters',
  });
}

const patterns = Object.entries(routes).map(([name, route]) => ({
  name: name as keyof typeof routes,
  route,
  path: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

function routeOf({ method, path }: HttpRequest) {
  const [pathname = ''] = path.split('?');
  for (const { name, route, path: pattern } of patterns) {
    const match = route.method === method ? pattern.exec(pathname) : null;
    if (match) return { name, route, labels: match.groups ?? {} };
  }
  throw new AwsError(
    'UnknownOperationException',
    `The embedded account has no ${method} ${pathname} of AppConfig; it has ${Object.keys(routes).join(', ')}.`,
    404,
  );
}

function fieldsOf(request: HttpRequest, route: Route, labels: Readonly<Record<string, string>>): Fields {
  const query = new URLSearchParams(request.path.split('?')[1] ?? '');
  const outsideBody = [
    ...Object.entries(labels).map(([field, text]) => [field, decodeURIComponent(text)] as const),
    ...Object.entries(route.query ?? {}).map(([name, field]) => [field, query.get(name)] as const),
    ...Object.entries(route.headers ?? {}).map(([name, field]) => [field, request.headers[name]] as const),
  ].filter(([, text]) => text !== null && text !== undefined);
  return {
    ...(route.body ? { [route.body]: bytesOf(request) } : jsonOf(request)),
    ...Object.fromEntries(outsideBody.map(([field, text]) => [field, typed(field, String(text))])),
  };
}

const NUMBERS = ['MaxResults', 'LatestVersionNumber', 'VersionNumber', 'DeploymentNumber'];

/** Converts a text to the type of its field: paths, queries and headers contain only texts. */
function typed(field: string, text: string): unknown {
  if (NUMBERS.includes(field)) return Number(text);
  return field === 'AllowRevert' ? text === 'true' : text;
}

function jsonOf({ method, body }: HttpRequest): Fields {
  if (!['POST', 'PATCH'].includes(method) || body.length === 0) return {};
  try {
    return JSON.parse(String(body)) as Fields;
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

function responseOf(route: Route, fields: Fields): HttpResponse {
  const headers = Object.entries(route.responseHeaders ?? {}).flatMap(([name, field]) =>
    fields[field] === undefined ? [] : [[name.toLowerCase(), String(fields[field])]],
  );
  const body = route.responseBody ? (fields[route.responseBody] as Buffer) : JSON.stringify(fields);
  return {
    status: route.status,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body,
  };
}
