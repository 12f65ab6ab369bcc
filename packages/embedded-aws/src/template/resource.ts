/** A resource of a template, its properties resolved. */
export type ResourceDescription = {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** The values of Ref and Fn::GetAtt for a resource. Reading an attribute that is missing here is an error. */
export type CreatedResource = { readonly ref: string; readonly attributes?: Readonly<Record<string, string>> };

/** Creates one resource. */
export type ResourceMaker = (resource: ResourceDescription) => Promise<CreatedResource> | CreatedResource;
