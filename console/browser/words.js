/** Milliseconds that the account's clock is ahead of this machine's: an embedded account's clock can be moved. */
let ahead = 0;
export const setAhead = (milliseconds) => {
  ahead = milliseconds;
};
export const now = () => Date.now() + ahead;
/** An instant of this machine's clock as the account's clock has it: beside times of the account it would else be hours off. */
export const accountTime = (at) => new Date(new Date(at).getTime() + ahead).toISOString();

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

/** "7 s", "2 min 7 s", "3 h 20 min", "2 d 4 h" */
export function durationWords(milliseconds) {
  const ms = Math.max(0, milliseconds);
  if (ms < minute) return `${Math.round(ms / second)} s`;
  if (ms < hour) return two(ms, [minute, 'min'], [second, 's']);
  return ms < day ? two(ms, [hour, 'h'], [minute, 'min']) : two(ms, [day, 'd'], [hour, 'h']);
}

function two(ms, [large, largeName], [small, smallName]) {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** "09:00:21" */
export const timeOf = (at) => (isInstant(at) ? new Date(at).toISOString().slice(11, 19) : 'not known');
/** "2026-01-05 09:00:21" */
export const instantOf = (at) =>
  isInstant(at) ? new Date(at).toISOString().slice(0, 19).replace('T', ' ') : 'not known';

const isInstant = (at) => at !== null && at !== undefined && !Number.isNaN(new Date(at).getTime());

/** Sentences of the product with their instants as people read them. */
export const withInstants = (text) =>
  String(text).replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g, (at) => `${instantOf(at)} UTC`);

/** "1 host", "3 hosts" */
export const counted = (count, one, several = `${one}s`) =>
  `${Number(count).toLocaleString('en')} ${count === 1 ? one : several}`;

export const phaseWords = ({ phase, phases }) => (phases ? `Phases ${phases.join(', ')}` : `Phase ${phase}`);

/** The beginning of an id that AWS made up; one that begins with words is whole, because its beginning is that of many. */
export const shortId = (id) => (/^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : id);

/** Says which hosts a rollback left behind. A few names are enough: the page Fleet has all. */
export function owedWords(hosts) {
  const names = hosts.slice(0, 5).map(({ name }) => name);
  const more = hosts.length > names.length ? ` and ${hosts.length - names.length} more` : '';
  return `${names.join(', ')}${more} ${hosts.length === 1 ? 'was' : 'were'} left behind and may still run what was rolled back`;
}

/** Shows characters that are invisible or turn the text around as codes, as the incident page does. */
export const visible = (text) =>
  String(text ?? '').replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu, (found) =>
    found === '\n' || found === '\t' ? found : `\\u{${found.codePointAt(0).toString(16)}}`,
  );
