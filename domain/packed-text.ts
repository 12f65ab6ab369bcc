import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Packs a text that would not fit into a function's environment variables, of which Lambda allows 4 KB in total. */
export const packed = (text: string): string => deflateRawSync(text).toString('base64');

/** Returns the text that packed() packed. Throws if it is damaged. */
export const unpacked = (pack: string): string => inflateRawSync(Buffer.from(pack, 'base64')).toString('utf8');
