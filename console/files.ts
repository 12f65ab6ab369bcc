import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file that the console serves. */
export type Served = { readonly type: string; readonly text: string };

const browser = new URL('./browser/', import.meta.url);
const own = (name: string) => readFileSync(new URL(name, browser), 'utf8');
const packaged = (specifier: string) => readFileSync(fileURLToPath(import.meta.resolve(specifier)), 'utf8');
const script = (text: string): Served => ({ type: 'text/javascript', text });

/** The libraries by the names under which the browser's modules import them, each with its address here. */
const libraries = {
  preact: { at: '/lib/preact.js', from: 'preact' },
  'preact/hooks': { at: '/lib/hooks.js', from: 'preact/hooks' },
  htm: { at: '/lib/htm.js', from: 'htm' },
  uplot: { at: '/lib/uplot.js', from: 'uplot/dist/uPlot.esm.js' },
} as const;

const importMap = JSON.stringify({
  imports: Object.fromEntries(Object.entries(libraries).map(([name, { at }]) => [name, at])),
});

const hash = createHash('sha256').update(importMap).digest('base64');

/** The page's own files may run and nothing else; it loads nothing from elsewhere, and no page may frame it. */
export const policy = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${hash}'`,
  ...["style-src 'self'", "connect-src 'self'", "img-src 'self'", "frame-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

const index = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollback console</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/uplot.css"><link rel="stylesheet" href="/console.css">
<script type="importmap">${importMap}</script>
<script type="module" src="/main.js"></script></head>
<body><div id="root"><p class="loading">The console is loading.</p></div>
<noscript>The console needs JavaScript. Without it: npm run rollback -- status</noscript></body></html>
`;

/** Reads every file of the console, by its path in the address. */
export function servedFiles(): ReadonlyMap<string, Served> {
  const modules = readdirSync(browser).filter((name) => name.endsWith('.js'));
  return new Map<string, Served>([
    ['/', { type: 'text/html', text: index }],
    ['/console.css', { type: 'text/css', text: own('console.css') }],
    ['/icon.svg', { type: 'image/svg+xml', text: own('icon.svg') }],
    ['/uplot.css', { type: 'text/css', text: packaged('uplot/dist/uPlot.min.css') }],
    ...modules.map((name): [string, Served] => [`/${name}`, script(own(name))]),
    ...Object.values(libraries).map(({ at, from }): [string, Served] => [at, script(packaged(from))]),
  ]);
}
