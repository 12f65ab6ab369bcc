import { counted } from '../counted.ts';
import { escaped } from '../evidence/html.ts';

/** Characters of one value that a page shows: a reason may be hundreds of kilobytes. */
export const mostCharacters = 1000;

/**
 * Returns any value as inert HTML: markup is escaped, invisible and turning characters are shown as codes, and of a long text
 * only the beginning is shown, with the number of characters that are left out.
 */
export function shown(value: unknown, most = mostCharacters): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return escaped(cut(text, most));
}

/** Returns a sentence of the product as inert HTML, with its instants (ISO 8601) as people read them. */
export const said = (value: unknown, most = mostCharacters): string =>
  shown(value, most).replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g, (at) => instant(at));

/** Returns a table; its cells are HTML already. A narrow screen scrolls it, and a keyboard reaches it. */
export const wide = (label: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `<div class="table" role="region" tabindex="0" aria-label="${label}"><table>`,
    `<thead><tr>${head.map((one) => `<th scope="col">${one}</th>`).join('')}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${row.map((one) => `<td>${one}</td>`).join('')}</tr>`),
    '</tbody></table></div>',
  ].join('\n');

/** Returns the beginning of a long text, with the number of characters that are left out. */
export const cut = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${wellFormed(text.slice(0, most))} … (${counted(text.length - most, 'more character')})`;

/** A cut between the two halves of a character leaves a half, which no encoding has. */
const wellFormed = (text: string) => text.replace(/[\ud800-\udbff]$/, '');

/** Returns an instant as `2026-01-05 09:00:21 UTC` in a <time> element; one that is none, as it is. */
export function instant(at: unknown, form: 'date and time' | 'time' = 'date and time'): string {
  const text = String(at ?? '');
  const found = Date.parse(text);
  if (Number.isNaN(found)) return text === '' ? 'time not known' : shown(text, 40);
  const iso = new Date(found).toISOString();
  const [day = '', time = ''] = iso.slice(0, 19).split('T');
  return `<time datetime="${iso}">${form === 'time' ? time : `${day} ${time} UTC`}</time>`;
}

/** Returns a duration for people: `850 ms`, `7 s`, `2 min 7 s`, `3 h 20 min`, `2 d 4 h`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  const [minute, hour, day] = [60, 3600, 86_400];
  if (seconds < minute) return `${seconds} s`;
  if (seconds < hour) return two(seconds, [minute, 'min'], [1, 's']);
  return seconds < day ? two(seconds, [hour, 'h'], [minute, 'min']) : two(seconds, [day, 'd'], [hour, 'h']);
}

/** A unit of time in seconds, and its name. */
type Unit = readonly [number, string];

function two(seconds: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** Returns a sentence of the record, which may begin in the middle of a message, with a capital letter. */
export const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const minutesWords = (minutes: number): string => durationWords(minutes * 60_000);

/** Returns names of hosts: "host-1, host-2 and 3 more hosts". */
export const hostWords = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${counted(names.length - 5, 'more host')}` : ''}`;

/** JSON that may stand inside a <script> element: no character in it can end the element, or is invisible. */
export const embeddedJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/[<>&\u2028\u2029\p{Cf}]/gu, (found) =>
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
