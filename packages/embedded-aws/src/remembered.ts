/**
 * Returns a function that remembers what `make` made of a text, for at most so many texts, and characters of texts.
 * Everybody gets the same value, so it must never be changed.
 *
 * A process that opens an account per story or incident reads the same templates, machines and policies again.
 */
export function remembered<Value>(
  most: number,
  make: (text: string) => Value,
  mostCharacters = Number.POSITIVE_INFINITY,
): (text: string) => Value {
  const known = new Map<string, Value>();
  let characters = 0;
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= most || characters + text.length > mostCharacters) {
      known.clear();
      characters = 0;
    }
    characters += text.length;
    known.set(text, made);
    return made;
  };
}
