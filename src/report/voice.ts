import { codeElement, codeSpan, MAX_PROSE, prose, visible } from './inert.ts';
import { unbroken } from './table.ts';

/** How outside text and numbers are written in one output. All of it is inert. */
export interface Voice {
  /** A name: of a case, a setting, a version. */
  readonly name: (text: string) => string;
  /** A sentence from outside. */
  readonly sentence: (text: string) => string;
  /** A number with its unit, of our own making. */
  readonly number: (text: string) => string;
}

export const MARKDOWN: Voice = { name: codeSpan, sentence: prose, number: unbroken };

/** For `<summary>`, where Markdown is not read; sentences are not used there. */
export const HTML: Voice = { name: codeElement, sentence: codeElement, number: escapeAngles };

/** For a terminal and for annotations. */
export const PLAIN: Voice = {
  name: (text) => visible(text),
  sentence: (text) => visible(text, MAX_PROSE),
  number: (text) => text,
};

function escapeAngles(text: string): string {
  return unbroken(text).replaceAll('<', '&lt;');
}
