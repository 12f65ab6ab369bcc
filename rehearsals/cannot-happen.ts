/** An action of a story that cannot happen now, such as the stop of an execution when none runs. It fails the story by name. */
export class CannotHappen extends Error {
  override readonly name = 'CannotHappen';
}
