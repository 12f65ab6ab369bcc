import * as z from 'zod';
import { remembered } from '../remembered.ts';
import { parseOperator } from './condition-operators.ts';

/** A policy document with a name for errors, in which every "one or a list" is a list. */
export type Policy = { readonly name: string; readonly statements: readonly Statement[] };
export type Statement = z.infer<typeof statement>;
/** The wanted values, by operator and key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Reads a policy document. Refuses a field, an operator or a policy variable that the account cannot evaluate.
 *
 * It does so when the template is read, not at the first request that depends on it.
 */
export const parsePolicy = (name: string, document: unknown, kind: 'identity' | 'trust' = 'identity'): Policy =>
  policyIn(JSON.stringify([name, document, kind]));

const policyIn = remembered(500, (text) => {
  const [name, document, kind] = JSON.parse(text) as Parameters<typeof policyOf>;
  return policyOf(name, document, kind);
});

function policyOf(name: string, document: unknown, kind: 'identity' | 'trust'): Policy {
  const parsed = policyDocument.safeParse(document);
  if (!parsed.success) throw new Error(`Policy ${name}: ${z.prettifyError(parsed.error)}`);
  for (const one of parsed.data.Statement) check(name, one, kind);
  return { name, statements: parsed.data.Statement };
}

/** Accepts a list, or its only entry. Unlike a union, its error describes the entry. */
function oneOrMore<Entry extends z.ZodType>(entry: Entry) {
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(entry));
}

const text = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const texts = oneOrMore(text);

/** In a resource's policy, `*` alone is short for `{"AWS": "*"}` (IAM guide, "Principal"). */
const everybody = (principal: unknown) => (principal === '*' ? { AWS: '*' } : principal);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.preprocess(everybody, z.record(z.string(), texts).optional()),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});

const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Id: z.string().optional(),
  Statement: oneOrMore(statement),
});

function check(policy: string, one: Statement, kind: 'identity' | 'trust'): void {
  const where = `Policy ${policy}, statement ${one.Sid ?? JSON.stringify(one.Action ?? one.NotAction)}`;
  const exactlyOne = (a: unknown, b: unknown) => (a === undefined) !== (b === undefined);
  if (!exactlyOne(one.Action, one.NotAction)) throw new Error(`${where}: give either Action or NotAction.`);
  if (kind === 'trust' ? !one.Principal : !exactlyOne(one.Resource, one.NotResource))
    throw new Error(`${where}: give ${kind === 'trust' ? 'a Principal' : 'either Resource or NotResource'}.`);
  if (JSON.stringify(one).includes('${'))
    throw new Error(`${where}: policy variables (\${…}) are not supported by the embedded account.`);
  for (const operator of Object.keys(one.Condition ?? {})) parseOperator(operator);
}
