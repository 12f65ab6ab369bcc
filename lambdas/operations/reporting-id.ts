import { InvalidInput } from '../../domain/errors.ts';

/** The longest id of which a host makes a folder. */
const longest = 80;

/**
 * Returns the id under which hosts report on what is no rollback. `prefix`: its beginning, which no rollback's id has
 * (domain/tables.ts). Throws InvalidInput if the execution's name makes no such id.
 */
export function reportingId(id: string, prefix: string, execution: string): string {
  if (new RegExp(`^[A-Za-z0-9._-]{1,${longest}}$`).test(id)) return id;
  throw new InvalidInput(
    `The execution's name may hold up to ${longest - prefix.length} letters, digits and . _ -; found ${JSON.stringify(execution)}. Start again without a name.`,
  );
}
