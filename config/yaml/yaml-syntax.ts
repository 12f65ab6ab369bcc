import { type Document, isScalar, visit, type YAMLError } from 'yaml';
import { leftOfMerge, type MistakeAt, unseenBlanks } from './look-alikes.ts';

/** What is wrong with a file as YAML, before anybody asks what it says. */
export function syntaxMistakes(document: Document.Parsed, text: string): MistakeAt[] {
  const garbled = text.indexOf('\uFFFD');
  if (garbled !== -1) return [{ at: garbled, sentence: 'expected text in UTF-8, found bytes that are not' }];
  const conflicts = leftOfMerge(text);
  if (conflicts.length > 0) return conflicts;
  if (document.errors.length > 0) {
    const blanks = unseenBlanks(text);
    return blanks.length > 0 ? blanks : withoutEchoes(document.errors).map((error) => broken(error, text));
  }
  return [...document.warnings.map((warning) => broken(warning, text)), ...notPlain(document)];
}

/** What is wrong by itself. Of all else, whatever follows the first is mostly its echo. */
const byThemselves: readonly string[] = ['DUPLICATE_KEY', 'MULTIPLE_DOCS'];

function withoutEchoes(errors: readonly YAMLError[]): YAMLError[] {
  const first = errors.find(({ code }) => !byThemselves.includes(code));
  return errors.filter((error) => error === first || byThemselves.includes(error.code));
}

/** The parser's mistake in the words of a person; where it has no words of ours, in its own. */
function broken({ code, message, pos: [at] }: YAMLError, text: string): MistakeAt {
  const [word = ''] = text.slice(at).match(/^[^\s:]+/) ?? [];
  const sentences: Readonly<Record<string, string>> = {
    DUPLICATE_KEY: `expected every key once, found '${word}' a second time`,
    MULTIPLE_DOCS: 'expected one document, found a second one after ---',
    BLOCK_AS_IMPLICIT_KEY:
      'expected one "key: value", indented as its neighbours are, found more; a text with a colon goes in quotes',
    BLOCK_IN_FLOW: 'expected commas between what stands in { } or [ ], found a line break or colon instead',
    TAG_RESOLVE_FAILED: `expected a value without a tag, found ${word}`,
  };
  return { at, sentence: sentences[code] ?? `expected YAML, found a mistake: ${message}` };
}

/** What YAML allows and these files do not: what is read in review must be what runs, where it stands. */
function notPlain(document: Document.Parsed): MistakeAt[] {
  const found: MistakeAt[] = [];
  visit(document, {
    Alias: (_, { source, range }) =>
      void found.push({ at: range?.[0] ?? 0, sentence: `expected the value itself, found the alias *${source}` }),
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string') {
        const { range, source } = key as { range?: [number]; source?: string };
        found.push({
          at: range?.[0] ?? 0,
          sentence: `expected a text as key, found ${source ?? 'more than one word'}${source ? '; in quotes it is a text' : ''}`,
        });
      } else if (key.value === '<<')
        found.push({ at: key.range?.[0] ?? 0, sentence: 'expected the keys themselves, found the merge key <<' });
    },
  });
  return found;
}
