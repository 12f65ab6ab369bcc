/** The account and region that a stack is deployed to. */
export type Place = { readonly region: string; readonly accountId: string };

/** `AWS::NoValue`: a property or list entry with this value is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** The values of the names in a template, among the resources created so far. Every lookup throws an error that names it. */
export type Scope = {
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => string;
  readonly exported: (name: string) => string;
  readonly mapped: (map: string, first: string, second: string) => unknown;
  readonly condition: (name: string) => boolean;
};
