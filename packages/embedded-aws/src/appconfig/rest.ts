import * as z from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { Authorize, HttpRequest, HttpResponse } from '../wire/http-service.ts';
import type { Caller } from '../wire/service.ts';
import type { CheckedAction } from './action.ts';
import { actions } from './actions.ts';
import { BadRequest } from './bad-request.ts';
import { type Route, routes } from './routes.ts';
import type { AppConfigState } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;
type AnyAction = CheckedAction<z.ZodType, Fields>;

/** Answers one request to the control or the data plane; errors too are answered, as this protocol has them. */
export async function answerRest(
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
    return answerOf(route, await action.run(state, fields, caller));
  } catch (error) {
    return errorAnswer(error);
  }
}

function checked(name: string, { request }: AnyAction, fields: Fields): unknown {
  const parsed = request.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw new BadRequest(`${name}, as far as the embedded account has it: ${z.prettifyError(parsed.error)}`, {
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
  const elsewhere = [
    ...Object.entries(labels).map(([field, text]) => [field, decodeURIComponent(text)] as const),
    ...Object.entries(route.query ?? {}).map(([name, field]) => [field, query.get(name)] as const),
    ...Object.entries(route.headers ?? {}).map(([name, field]) => [field, request.headers[name]] as const),
  ].filter(([, text]) => text !== null && text !== undefined);
  return {
    ...(route.body ? { [route.body]: request.body } : jsonOf(request)),
    ...Object.fromEntries(elsewhere.map(([field, text]) => [field, valued(field, String(text))])),
  };
}

const NUMBERS = ['MaxResults', 'LatestVersionNumber', 'VersionNumber', 'DeploymentNumber'];

/** Paths, queries and headers carry texts only. */
function valued(field: string, text: string): unknown {
  if (NUMBERS.includes(field)) return Number(text);
  return field === 'AllowRevert' ? text === 'true' : text;
}

function jsonOf({ method, body }: HttpRequest): Fields {
  if (method !== 'POST' || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Fields;
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

function answerOf(route: Route, fields: Fields): HttpResponse {
  const headers = Object.entries(route.answerHeaders ?? {}).flatMap(([name, field]) =>
    fields[field] === undefined ? [] : [[name.toLowerCase(), String(fields[field])]],
  );
  const body = route.answerBody ? (fields[route.answerBody] as Buffer) : JSON.stringify(fields);
  return {
    status: route.status,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body,
  };
}

/** SDK clients find the error's name in the header; a denial is a 403 of every REST API. */
function errorAnswer(error: unknown): HttpResponse {
  const { code, message, statusCode } =
    error instanceof AwsError
      ? error
      : new AwsError(
          'InternalServerException',
          `The embedded account failed: ${error instanceof Error ? error.stack : error}`,
          500,
        );
  return {
    status: code === 'AccessDeniedException' ? 403 : statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Message: message, ...(error instanceof BadRequest ? error.more : {}) }),
  };
}
