import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const constant = /^const (_\w+) = ("[^"\\\n]*");$/gm;
const computedKey = /\[(_\w+)\]:/g;

/**
 * Returns a module with each key that is computed from a string constant of the same module as the string itself:
 * `{ [_xN]: 1 }` becomes `{ "xmlName": 1 }`. A key that is computed from anything else stays.
 */
export function withLiteralKeys(module: string): string {
  const strings = new Map([...module.matchAll(constant)].map(([, name = '', string]) => [name, string]));
  return module.replace(computedKey, (key, name: string) => (strings.has(name) ? `${strings.get(name)}:` : key));
}

/**
 * Lets esbuild drop the schemas of the SDK that no command of a function uses. For all it knows, a computed key runs code, so it keeps
 * each schema that has one: EC2's are 554 KB, for the one action that is used here.
 */
export const literalKeys: Plugin = {
  name: 'literal-keys',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: withLiteralKeys(readFileSync(path, 'utf8')),
      loader: 'js',
    })),
};
