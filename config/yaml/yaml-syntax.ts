import { type Document, isScalar, visit, type YAMLError } from 'yaml';
import { invalidBlanks, type MistakeAt, mergeConflicts } from './look-alikes.ts';

/** Returns the mistakes that a file has as YAML, before its content is checked against a schema. */
export function syntaxMistakes(document: Document.Parsed, text: string): MistakeAt[] {
  const garbled = text.indexOf('\uFFFD');
  if (garbled !== -1) return [{ at: garbled, sentence: 'expected text in UTF-8, found bytes that are not' }];
  const conflicts = mergeConflicts(text);
  if (conflicts.length > 0) return conflicts;
  if (document.errors.length > 0) {
    const blanks = invalidBlanks(text);
    return blanks.length > 0 ? blanks : withoutFollowUps(document.errors).map((error) => broken(error, text));
  }
  return [...document.warnings.map((warning) => broken(warning, text)), ...notPlain(document)];
}

/** Always reported. Of other errors only the first is: later ones usually follow from it. */
const alwaysReported: readonly string[] = ['DUPLICATE_KEY', 'MULTIPLE_DOCS'];

function withoutFollowUps(errors: readonly YAMLError[]): YAMLError[] {
  const first = errors.find(({ code }) => !alwaysReported.includes(code));
  return errors.filter((error) => error === first || alwaysReported.includes(error.code));
}

/** Returns a parser's error in plain words, or the parser's own message if there are none for it. */
function broken({ code, message, pos: [at] }: YAMLError, text: string): MistakeAt {
  const [word = ''] = text.slice(at).match(/^[^\s:]+/) ?? [];
  const sentences: Readonly<Record<string, string>> = {
    DUPLICATE_KEY: `expected every key once, found '${word}' a second time`,
    MULTIPLE_DOCS: 'expected one document, found a second one after ---',
    BLOCK_AS_IMPLICIT_KEY:
      'expected one "key: value", indented like its neighbours, found more; put a text with a colon in quotes',
    BLOCK_IN_FLOW: 'expected commas between the entries of { } or [ ], found a line break or colon instead',
    TAG_RESOLVE_FAILED: `expected a value without a tag, found ${word}`,
  };
  return { at, sentence: sentences[code] ?? `expected YAML, found a mistake: ${message}` };
}

/** Finds aliases, merge keys and keys that are no text. YAML allows them, but a reviewer must read each value in its place. */
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
