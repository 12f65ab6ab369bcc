import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const given = process.env['ROLLBACK_INFRA']?.replace(/\/+$/, '') ?? '';

/** The path of infra/, or the path in ROLLBACK_INFRA as it was given: mistakes name the file that a person must open. */
export const infraFolder = given || 'infra';

/** The URL of that folder: in this repository, or relative to the working directory if ROLLBACK_INFRA names it. */
export const infraUrl = given ? pathToFileURL(`${resolve(given)}/`) : new URL('../infra/', import.meta.url);
