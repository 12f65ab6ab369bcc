/**
 * Returns a text with its markup made harmless. Characters that control a terminal, are invisible or change the direction of
 * writing are shown as codes.
 */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, code);

function code(one: string): string {
  const hex = (one.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`;
}

/** Returns a table; its cells are HTML already. A narrow screen scrolls it, and a keyboard reaches it, by the names of its columns. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `<div class="table" role="region" tabindex="0" aria-label="${head.join(', ').replaceAll(/<[^>]*>/g, '')}"><table>`,
    `<thead><tr>${head.map((one) => `<th scope="col">${one}</th>`).join('')}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${row.map((one) => `<td>${one}</td>`).join('')}</tr>`),
    '</tbody></table></div>',
  ].join('\n');

/** The items are HTML already. */
export const list = (items: readonly string[]): string =>
  items.length === 1 ? (items[0] ?? '') : `<ul>${items.map((one) => `<li>${one}</li>`).join('')}</ul>`;

export const section = (title: string, content: string): string => `<h2>${escaped(title)}</h2>\n${content}`;

const style = `body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111}
h1{font-size:1.5em;overflow-wrap:anywhere}h2{font-size:1.15em;margin-top:2em}h3{font-size:1em}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:6em}
.table{overflow-x:auto}p,li{overflow-wrap:anywhere}
th{background:#eee}ul{margin:0;padding-left:1.2em}pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #bbb;padding:.5em}
.warning{border:2px solid #b00;padding:.5em;font-weight:bold}
@media print{body{margin:0;font-size:11px}tr,pre{break-inside:avoid}}`;

/** Returns a whole page. The policy forbids scripts and everything from elsewhere, even if a value were not escaped. */
export const page = (title: string, body: readonly string[]): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style></head><body><main>`,
    ...body,
    '</main></body></html>\n',
  ].join('\n');
