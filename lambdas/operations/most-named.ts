/** The most hosts that one event names, so that an event stays small. The HOST items have all hosts. */
export const mostNamed = 20;
