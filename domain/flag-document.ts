import * as z from 'zod';

/** A feature flag configuration, as AppConfig keeps it (AppConfig guide, "Type reference for AWS.AppConfig.FeatureFlags"). */
export type FlagDocument = {
  readonly version: '1';
  readonly flags: Readonly<
    Record<string, { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }>
  >;
  readonly values: Readonly<Record<string, { readonly enabled: boolean; readonly [attribute: string]: unknown }>>;
};

export const emptyFlags: FlagDocument = { version: '1', flags: {}, values: {} };

/** The document with one string flag set; the very same document if it is set so already. Other flags stay as they are. */
export function withFlag(document: FlagDocument | undefined, flag: string, value: string): FlagDocument {
  const { flags, values } = document ?? emptyFlags;
  if (document && values[flag]?.enabled === true && values[flag]['value'] === value) return document;
  return {
    version: '1',
    flags: {
      ...flags,
      [flag]: flags[flag] ?? { name: flag, attributes: { value: { constraints: { type: 'string' } } } },
    },
    values: { ...values, [flag]: { ...values[flag], enabled: true, value } },
  };
}

/** infra/flags.yaml: names and first values. */
export const firstFlagsSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'a flag such as data_source' }),
  z.string().regex(/^[A-Za-z0-9_.-]+$/, { error: 'letters, digits and . _ -' }),
);

/** A document with these values and nothing else. */
export const flagDocument = (values: Readonly<Record<string, string>>): FlagDocument =>
  Object.entries(values).reduce((document, [flag, value]) => withFlag(document, flag, value), emptyFlags);
