import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';

/** The variable that has all settings which would not fit, by name, as one packed text. */
export const packedVariable = 'PACKED';

/**
 * Packs a text that would not fit into a function's environment variables, of which Lambda allows 4 KB in total. Brotli knows
 * English words beforehand: templates of messages get a fifth smaller than with deflate.
 */
export const packed = (text: string): string => brotliCompressSync(text).toString('base64');

/** Returns the text that packed() packed. Throws if it is damaged. */
export const unpacked = (pack: string): string => brotliDecompressSync(Buffer.from(pack, 'base64')).toString('utf8');
