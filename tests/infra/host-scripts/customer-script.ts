import { Host } from './host.ts';

/** Makes a host whose tree holds one customer script with this text. */
export function hostWithScript(text: string): Host {
  const host = new Host();
  host.write('opt/trading/scripts/script.py', text);
  return host;
}

/** Returns the text of a script that prints a report on stdout and a line on stderr, and exits with a code. */
export const printing = (report: unknown, code = 0, error = '') =>
  `import sys\nprint(${JSON.stringify(JSON.stringify(report))})\nprint(${JSON.stringify(error)}, file=sys.stderr)\nsys.exit(${code})\n`;
