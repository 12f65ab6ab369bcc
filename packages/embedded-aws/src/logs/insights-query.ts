import { AwsError } from '../wire/aws-error.ts';

/** A log line as a query sees it: its fields by name, such as `@message`. */
export type QueriedLine = Readonly<Record<string, string>>;

/** A query that the account can run. */
export type InsightsQuery = {
  /** Each column's name, and how its value is read from a line. */
  readonly columns: readonly { readonly name: string; readonly of: (line: QueriedLine) => string | undefined }[];
  readonly matches: (line: QueriedLine) => boolean;
  readonly sort: { readonly field: string; readonly descending: boolean };
  readonly limit: number | undefined;
};

const understood =
  'The embedded account understands `fields`, `filter FIELD like` or `not like` a "text" or a /regular expression/ (joined by `and`), `sort FIELD asc` or `desc`, and `limit`';

/** The fields of every line (CloudWatch Logs guide, "Supported logs and discovered fields"). Nothing is discovered in a message. */
const known = ['@timestamp', '@message', '@logStream', '@log', '@ingestionTime'];

/**
 * Reads a query of CloudWatch Logs Insights. Throws MalformedQueryException for every command and function that the account does not have: a
 * query that was understood in part would return wrong lines.
 */
export function parseQuery(text: string): InsightsQuery {
  let columns: InsightsQuery['columns'] = ['@timestamp', '@message'].map(column);
  let sort: InsightsQuery['sort'] = { field: '@timestamp', descending: true };
  let limit: number | undefined;
  const filters: InsightsQuery['matches'][] = [];
  for (const part of commandsIn(text)) {
    const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(part) ?? [];
    if (name === 'fields') columns = partsOf(rest, /,(?![^(]*\))/).map(column);
    else if (name === 'filter') filters.push(...partsOf(rest, /\s+and\s+(?=@)/).map(filter));
    else if (name === 'sort') sort = sorted(rest);
    else if (name === 'limit' && /^\d+$/.test(rest)) limit = Number(rest);
    else throw malformed(part);
  }
  return { columns, matches: (line) => filters.every((one) => one(line)), sort, limit };
}

const malformed = (found: string) =>
  new AwsError('MalformedQueryException', `${understood}; found ${JSON.stringify(found)}.`);

const partsOf = (text: string, between: RegExp) => text.split(between).map((one) => one.trim());

/** Returns the commands, which | separates outside of texts and regular expressions. A line that begins with # is a comment. */
function commandsIn(text: string): string[] {
  const parts = [...text.replaceAll(/^\s*#.*$/gm, '').matchAll(/(?:"(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)+\/|[^|])+/g)];
  return parts.map(([part]) => part.trim()).filter((part) => part !== '');
}

function column(text: string): InsightsQuery['columns'][number] {
  const [, from, length, as] = /^substr\(@message,\s*(\d+),\s*(\d+)\)\s+as\s+(\w+)$/.exec(text) ?? [];
  if (as !== undefined) {
    const start = Number(from);
    return { name: as, of: (line) => line['@message']?.slice(start, start + Number(length)) };
  }
  return { name: fieldNamed(text), of: (line) => line[text] };
}

function fieldNamed(text: string): string {
  if (known.includes(text)) return text;
  throw malformed(text);
}

function filter(text: string): InsightsQuery['matches'] {
  const [, field = '', not, phrase, pattern] =
    /^(@\w+)\s+(not\s+)?like\s+(?:"((?:[^"\\]|\\.)*)"|\/((?:[^/\\]|\\.)+)\/)$/.exec(text) ?? [];
  if (phrase === undefined && pattern === undefined) throw malformed(text);
  const name = fieldNamed(field);
  const wanted = phrase?.replaceAll(/\\(.)/g, '$1');
  const expression = pattern === undefined ? undefined : expressionOf(pattern);
  const isLike = (value: string) =>
    wanted === undefined ? (expression?.test(value) ?? false) : value.includes(wanted);
  return (line) => isLike(line[name] ?? '') === (not === undefined);
}

/** `(?i)` at the beginning ignores case (CloudWatch Logs guide, "filter"). */
function expressionOf(pattern: string): RegExp {
  const ignoresCase = pattern.startsWith('(?i)');
  try {
    return new RegExp(ignoresCase ? pattern.slice(4) : pattern, ignoresCase ? 'i' : '');
  } catch {
    throw malformed(`/${pattern}/`);
  }
}

function sorted(text: string): InsightsQuery['sort'] {
  const [, field = '', order = 'asc'] = /^(@\w+)(?:\s+(asc|desc))?$/.exec(text) ?? [];
  return { field: fieldNamed(field || text), descending: order === 'desc' };
}
