import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const given = process.env['ROLLBACK_INFRA']?.replace(/\/+$/, '') ?? '';

/** infra/ as whoever keeps it elsewhere calls it, in ROLLBACK_INFRA: mistakes name the file that they must open. */
export const infraFolder = given || 'infra';

/** Where it lies: in this repository, or at that path from where the command was typed. */
export const infraUrl = given ? pathToFileURL(`${resolve(given)}/`) : new URL('../infra/', import.meta.url);
