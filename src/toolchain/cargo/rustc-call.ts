/** What one `rustc` command of a verbose build says. */
export interface RustcCall {
  /** The compiler that cargo started. */
  readonly rustc: string;
  readonly crateName: string;
  readonly crateTypes: readonly string[];
  /** `--target`; null when cargo was not asked for one. */
  readonly target: string | null;
  /** Every `-C key=value`, the last one of a key; a key without a value has the empty string. */
  readonly codegen: ReadonlyMap<string, string>;
  /** Features of the package that are on (`--cfg 'feature="x"'`). */
  readonly features: readonly string[];
  /** Flags that cargo did not make from the profile: RUSTFLAGS first, then what build scripts asked for. */
  readonly extra: readonly string[];
}

/** Reads one line of `cargo build -v`; null for every line but a `Running` of a compiler. */
export function parseRunningLine(line: string): RustcCall | null {
  const command = /^\s*Running `(.*)`$/.exec(line)?.[1];
  return command === undefined ? null : parseRustcCall(shellWords(command));
}

/**
 * Splits a command as cargo prints it. On Unix a word is quoted by `'`, with `\'` and `\!` between the quotes; on
 * Windows by `"`, where `\` escapes only a quote and is part of a path everywhere else.
 */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < command.length; index += 1) {
    const char = command.charAt(index);
    const next = command.charAt(index + 1);
    if (quote === "'") {
      if (char === "'") quote = null;
      else word += char;
    } else if (char === '\\' && escapes(next, quote)) {
      word = (word ?? '') + next;
      index += 1;
    } else if (char === '"') {
      quote = quote === null ? '"' : null;
      word ??= '';
    } else if (quote === null && char === "'") {
      quote = "'";
      word ??= '';
    } else if (quote === null && char === ' ') {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

function escapes(next: string, quote: string | null): boolean {
  return quote === '"' ? next === '"' || next === '\\' : next === "'" || next === '!' || next === '"';
}

/** Options of rustc whose value is the next word. */
const WITH_VALUE = new Set([
  ...['-C', '--codegen', '-Z', '--cfg', '--check-cfg', '-L', '-l', '--extern', '--emit', '--target'],
  ...['--crate-name', '--crate-type', '--out-dir', '--cap-lints', '-A', '-W', '-D', '-F', '-o', '--sysroot'],
]);
/** Options that change no program: where to look, what to check and what to say. */
const NO_EFFECT =
  /^(-L|-l|--extern|--check-cfg|-A|-W|-D|-F|--allow|--warn|--deny|--forbid|--cap-lints|--error-format|--json|--diagnostic-width|--color)/;

function parseRustcCall(words: readonly string[]): RustcCall | null {
  const start = words.indexOf('--crate-name');
  const rustc = words[start - 1];
  const crateName = words[start + 1];
  if (start < 1 || rustc === undefined || crateName === undefined) return null;
  const crateTypes: string[] = [];
  const codegen = new Map<string, string>();
  const features: string[] = [];
  const extra: string[] = [];
  let target: string | null = null;
  let ofCargo = true;
  for (const { option, value } of options(words.slice(start))) {
    const feature = option === '--cfg' ? /^feature="(.*)"$/.exec(value)?.[1] : undefined;
    if (option === '--crate-type') crateTypes.push(...value.split(','));
    else if (option === '--target' && ofCargo) target = value;
    else if (feature !== undefined) features.push(feature);
    else if (!ofCargo && !NO_EFFECT.test(option)) extra.push(value === '' ? option : `${option} ${value}`);
    if (option === '-C') {
      const [key, text] = keyAndValue(value);
      codegen.set(key, text);
    }
    // Cargo writes its own flags up to here, then RUSTFLAGS, then the build script's.
    if (option === '-L' && value.startsWith('dependency=')) ofCargo = false;
  }
  return { rustc, crateName, crateTypes, target, codegen, features, extra };
}

interface Option {
  readonly option: string;
  readonly value: string;
}

/** One entry per option, in its short, two-word form: `-Copt-level=3` and `--codegen=opt-level=3` are `-C` `opt-level=3`. */
function* options(words: readonly string[]): Generator<Option> {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (WITH_VALUE.has(word)) {
      index += 1;
      yield { option: word === '--codegen' ? '-C' : word, value: words[index] ?? '' };
    } else if (/^-[CZ]./.test(word)) {
      yield { option: word.slice(0, 2), value: word.slice(2) };
    } else if (word === '-O') {
      yield { option: '-C', value: 'opt-level=3' };
    } else if (word === '-g') {
      yield { option: '-C', value: 'debuginfo=2' };
    } else {
      const [option, value] = /^--[a-z-]+=/.test(word) ? keyAndValue(word) : [word, ''];
      yield { option: option === '--codegen' ? '-C' : option, value };
    }
  }
}

function keyAndValue(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
