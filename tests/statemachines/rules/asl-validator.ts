import { createRequire } from 'node:module';

type Ajv = { errors: unknown; validate(schema: string, value: unknown): unknown };

const require = createRequire(import.meta.url);
const validator = require.resolve('asl-validator');
const { prototype } = createRequire(validator)('ajv').default as { readonly prototype: Ajv };
const { validate } = prototype;

/** The first instance that checked a machine; its schema is compiled. */
let compiled: Ajv | undefined;

// asl-validator makes an Ajv for each machine, and each compiles the same schema, which takes 0.3 s of a core. All other schemas
// are left alone, because the test files of a worker share Ajv.
prototype.validate = function (this: Ajv, schema, value) {
  if (schema !== 'http://asl-validator.cloud/state-machine.json#') return validate.call(this, schema, value);
  compiled ??= this;
  const isValid = validate.call(compiled, schema, value);
  this.errors = compiled.errors;
  return isValid;
};

/** asl-validator, which has no type declarations. */
export const aslValidator = require(validator) as (definition: unknown) => { readonly errors: readonly object[] };
