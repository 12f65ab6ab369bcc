import { createHash } from 'node:crypto';
import { script } from './script.ts';
import { shown } from './shown.ts';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Returns a page as whole HTML; `body` is HTML already. Its policy lets only this page's own style and script run, even if a value were not
 * escaped.
 */
export const wholePage = (title: string, css: string, body: readonly string[]): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${hash(css)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">',
    `<title>${shown(title)}</title>`,
    `<style>${css}</style></head><body>`,
    ...body,
    `<script>${script}</script>`,
    '</body></html>\n',
  ].join('\n');
