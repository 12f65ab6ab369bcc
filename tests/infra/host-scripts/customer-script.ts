import { Host } from './host.ts';

/** A host whose tree holds one script of the customer's, with this text. */
export function hostWithScript(text: string): Host {
  const host = new Host();
  host.write('opt/trading/scripts/script.py', text);
  return host;
}

/** A script that prints this, says that on stderr and exits so. */
export const printing = (found: unknown, code = 0, said = '') =>
  `import sys\nprint(${JSON.stringify(JSON.stringify(found))})\nprint(${JSON.stringify(said)}, file=sys.stderr)\nsys.exit(${code})\n`;
