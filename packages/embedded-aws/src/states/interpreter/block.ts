import { AwsError } from '../../wire/aws-error.ts';
import { JSONPATH_FIELDS } from './fields.ts';
import { type Template, template } from './template.ts';

/** The one of `$states.result` and `$states.errorOutput` that a field may read. AWS refuses the other at creation. */
export type Readable = 'result' | 'errorOutput' | 'neither';

/** The place of a JSON object in a definition. */
type Place = {
  readonly machine: string;
  /** The state it belongs to; absent for the machine itself. */
  readonly state?: string;
  /** The path in the state: '' or, for example, `Choices[1]/`. */
  readonly within: string;
};

/** A JSON object of a definition. Reads its fields, and names machine, state and field in the error of an invalid one. */
export class Block {
  readonly place: Place;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(place: Place, value: unknown) {
    this.place = place;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.wrong('', `must be an object, got ${JSON.stringify(value)}`);
    }
    this.#fields = value as Record<string, unknown>;
  }

  /** Returns the error of an invalid field; '' is the block itself. */
  wrong(field: string, problem: string): AwsError {
    const { machine, state, within } = this.place;
    const where = [`machine ${JSON.stringify(machine)}`, state === undefined ? [] : `state ${JSON.stringify(state)}`];
    const path = `${within}${field}`.replace(/\/$/, '');
    return new AwsError(
      'InvalidDefinition',
      `Invalid State Machine Definition: ${where.flat().join(', ')}${path && `, field ${JSON.stringify(path)}`}: ${problem}`,
    );
  }

  /** Refuses every unknown field. */
  only(known: readonly string[], what: string): void {
    for (const field of Object.keys(this.#fields)) {
      if (known.includes(field)) continue;
      if (JSONPATH_FIELDS.has(field)) throw this.wrong(field, 'is a JSONPath field; only JSONata is supported here');
      throw this.wrong(field, `is unknown. ${what} may have ${known.join(', ')}`);
    }
  }

  has(field: string): boolean {
    return this.#fields[field] !== undefined;
  }

  raw(field: string): unknown {
    return this.#fields[field];
  }

  text(field: string): string {
    const value = this.#fields[field];
    if (typeof value !== 'string') throw this.wrong(field, `must be a string, got ${JSON.stringify(value)}`);
    return value;
  }

  number(field: string, absent: number, fits: (value: number) => boolean, range: string): number {
    const value = this.#fields[field] ?? absent;
    if (typeof value !== 'number' || !fits(value)) {
      throw this.wrong(field, `must be ${range}, got ${JSON.stringify(value)}`);
    }
    return value;
  }

  /** Returns the objects of an array field. */
  list(field: string): Block[] {
    const value = this.#fields[field] ?? [];
    if (!Array.isArray(value)) throw this.wrong(field, `must be an array, got ${JSON.stringify(value)}`);
    return value.map((item, index) => this.#inner(`${field}[${index}]/`, item));
  }

  object(field: string): Block {
    return this.#inner(`${field}/`, this.#fields[field]);
  }

  template(field: string, readable: Readable = 'neither'): Template | undefined {
    const found = this.#compiled(field);
    for (const name of ['result', 'errorOutput'] as const) {
      if (name === readable || found?.constant !== false) continue;
      if (new RegExp(`\\$states\\.${name}\\b`).test(found.source)) {
        throw this.wrong(field, `cannot read $states.${name}`);
      }
    }
    return found;
  }

  #compiled(field: string): Template | undefined {
    const value = this.#fields[field];
    if (value === undefined) return undefined;
    try {
      return template(value, `${this.place.within}${field}`);
    } catch (error) {
      throw this.wrong(field, `cannot be read: ${(error as { message?: string }).message}`);
    }
  }

  #inner(within: string, value: unknown): Block {
    return new Block({ ...this.place, within: `${this.place.within}${within}` }, value);
  }
}
