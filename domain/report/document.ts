import { escaped, list, page, section, table } from '../evidence/html.ts';
import { withCodes } from '../printable.ts';

/** A part of a report. Texts are plain: every writer makes them harmless in its own format. */
export type Block =
  | { readonly text: string }
  | { readonly items: readonly string[] }
  | { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
export type Report = {
  readonly title: string;
  /** The state of the report, which is read first. */
  readonly status: string;
  readonly sections: readonly { readonly title: string; readonly blocks: readonly Block[] }[];
};

/** A text that people or hosts wrote may be 300 KB; a report has the beginning, and says so. */
const longest = 600;

/** Returns a text in one line, without characters that a reader cannot see or that change the direction of writing. */
export function inert(text: string): string {
  const line = withCodes(text.slice(0, longest + 1).replaceAll(/\r?\n/g, ' ')).replaceAll('\t', '\\u0009');
  return text.length > longest ? `${line.slice(0, longest)}… (${text.length} characters in the record)` : line;
}

/** Returns a text as Markdown that shows it as it is. CommonMark takes a backslash before any ASCII punctuation (CommonMark 0.31.2, "Backslash escapes"). */
export const markdown = (text: string): string =>
  inert(text).replaceAll(/[\\`*_{}[\]<>()#+!|~&$@]|^(\s*)([-=\d])/g, (one) => (/^\s*\d/.test(one) ? one : `\\${one}`));

export const asMarkdown = ({ title, status, sections }: Report): string =>
  `${[
    `# ${markdown(title)}`,
    `**${markdown(status)}**`,
    ...sections.flatMap((one) => [`## ${markdown(one.title)}`, ...one.blocks.map(markdownOf)]),
  ].join('\n\n')}\n`;

function markdownOf(block: Block): string {
  if ('text' in block) return markdown(block.text);
  if ('items' in block) return block.items.map((one) => `- ${markdown(one)}`).join('\n');
  const row = (cells: readonly string[]) => `| ${cells.map(markdown).join(' | ')} |`;
  return [row(block.head), `|${block.head.map(() => '---|').join('')}`, ...block.rows.map(row)].join('\n');
}

const html = (text: string): string => escaped(inert(text));

export const asHtml = ({ title, status, sections }: Report): string =>
  page(inert(title), [
    `<h1>${html(title)}</h1>`,
    `<p class="warning">${html(status)}</p>`,
    ...sections.map((one) => section(inert(one.title), one.blocks.map(htmlOf).join('\n'))),
  ]);

/** Returns a cell with its instants as people read them: a phone has no room for milliseconds. */
const cell = (text: string): string =>
  html(text).replaceAll(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z\b/g, '$1 $2 UTC');

function htmlOf(block: Block): string {
  if ('text' in block) return `<p>${html(block.text)}</p>`;
  if ('items' in block) return list(block.items.map(html));
  return table(
    block.head.map(html),
    block.rows.map((row) => row.map(cell)),
  );
}
