import htm from 'htm';
import { h } from 'preact';

/** Makes elements of a template. Every value in it becomes text: nothing here ever parses what others wrote as HTML. */
export const html = htm.bind(h);
