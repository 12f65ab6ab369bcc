/** Thrown for mistakes in files that a person wrote. One line per mistake: `file:line: expected …, found …`. */
export class InvalidFile extends Error {
  override readonly name = 'InvalidFile';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}
