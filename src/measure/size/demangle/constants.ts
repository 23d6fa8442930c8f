import { NOT_RUST } from './cursor.ts';
import { charLiteral, integerLiteral, stringLiteral } from './literal.ts';
import type { Constant, Fields, Pattern } from './tree.ts';
import type { V0Parser } from './v0.ts';

const UNSIGNED = 'htmyoj';
const SIGNED = 'aslxni';

/** `<const>` of RFC 2603 with the structural values that rustc added to it; a tag with no known meaning throws `NOT_RUST`. */
export function readConstant(parser: V0Parser): Constant {
  const { cursor } = parser;
  const start = cursor.position;
  cursor.enter();
  const tag = cursor.next();
  const constant = tag === 'B' ? parser.backReferenceToConstant() : taggedConstant(parser, tag);
  cursor.leave();
  parser.constants[start] = constant;
  return constant;
}

/** `<pattern>` of a pattern type such as `u32 is 1..=9`. */
export function readPattern(parser: V0Parser): Pattern {
  const { cursor } = parser;
  cursor.enter();
  const pattern = taggedPattern(parser, cursor.next());
  cursor.leave();
  return pattern;
}

function taggedConstant(parser: V0Parser, tag: string): Constant {
  const { cursor } = parser;
  if (UNSIGNED.includes(tag)) return literal(integerLiteral(cursor.hexadecimal()));
  if (SIGNED.includes(tag)) {
    const sign = cursor.eat('n') ? '-' : '';
    return literal(sign + integerLiteral(cursor.hexadecimal()));
  }
  switch (tag) {
    case 'p':
      return literal('_');
    case 'b':
      return literal(booleanLiteral(integerLiteral(cursor.hexadecimal())));
    case 'c':
      return literal(charLiteral(cursor.hexadecimal()));
    case 'e':
      return { kind: 'str', text: text(parser) };
    case 'R':
      if (cursor.eat('e')) return literal(text(parser));
      return { kind: 'reference-to', mutable: false, value: readConstant(parser) };
    case 'Q':
      return { kind: 'reference-to', mutable: true, value: readConstant(parser) };
    case 'A':
      return { kind: 'array-of', values: parser.list(() => readConstant(parser)) };
    case 'T':
      return { kind: 'tuple-of', values: parser.list(() => readConstant(parser)) };
    case 'V':
      return { kind: 'variant', path: parser.path(), fields: readFields(parser) };
    default:
      throw NOT_RUST;
  }
}

function readFields(parser: V0Parser): Fields {
  const { cursor } = parser;
  switch (cursor.next()) {
    case 'U':
      return { kind: 'unit' };
    case 'T':
      return { kind: 'positional', values: parser.list(() => readConstant(parser)) };
    case 'S':
      return {
        kind: 'named',
        values: parser.list(() => {
          cursor.disambiguator();
          return { name: cursor.identifier(), value: readConstant(parser) };
        }),
      };
    default:
      throw NOT_RUST;
  }
}

function taggedPattern(parser: V0Parser, tag: string): Pattern {
  switch (tag) {
    case 'R':
      return { kind: 'range', start: readConstant(parser), end: readConstant(parser) };
    case 'O': {
      const alternatives = [readPattern(parser)];
      while (!parser.cursor.eat('E')) alternatives.push(readPattern(parser));
      return { kind: 'or', alternatives };
    }
    case 'N':
      return { kind: 'not-null' };
    default:
      throw NOT_RUST;
  }
}

function literal(text: string | null): Constant {
  if (text === null) throw NOT_RUST;
  return { kind: 'literal', text };
}

function booleanLiteral(value: string): string | null {
  if (value === '0') return 'false';
  return value === '1' ? 'true' : null;
}

function text(parser: V0Parser): string {
  const text = stringLiteral(parser.cursor.hexadecimal());
  if (text === null) throw NOT_RUST;
  return text;
}
