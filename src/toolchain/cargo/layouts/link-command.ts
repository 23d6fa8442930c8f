/** The linker's command as rustc prints it (`--print link-args`). */
export interface LinkCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Variables that rustc sets for it. */
  readonly env: Readonly<Record<string, string>>;
}

const WORD = /(?:([A-Za-z_][A-Za-z0-9_]*)=)?"((?:[^"\\]|\\.)*)"/gs;

/**
 * Reads the last command in a text of `VARIABLE="value" … "program" "argument" …`, one command a line, with the escapes of
 * Rust's strings. Gives null for another text.
 */
export function parseLinkCommand(text: string): LinkCommand | null {
  const line = text.trim().split('\n').at(-1) ?? '';
  const env: Record<string, string> = {};
  const words: string[] = [];
  for (const [, variable, quoted = ''] of line.matchAll(WORD)) {
    const value = unescaped(quoted);
    if (value === null) return null;
    if (variable !== undefined && words.length === 0) env[variable] = value;
    else words.push(variable === undefined ? value : `${variable}=${value}`);
  }
  const [file, ...args] = words;
  return file === undefined || args.length === 0 ? null : { file, args, env };
}

/** The same command with another output and further arguments; null when it names no output. */
export function withOutput(
  command: LinkCommand,
  output: string,
  more: readonly string[],
): LinkCommand | null {
  const at = command.args.lastIndexOf('-o');
  if (at < 0 || at + 1 >= command.args.length) return null;
  return { ...command, args: [...command.args.with(at + 1, output), ...more] };
}

/** An option of the linker itself, in the form that the program of a command takes: a compiler passes on what is behind `-Wl,`. */
export function linkerOption({ file }: LinkCommand, option: string): string {
  const name = file.replace(/^.*[/\\]/, '').replace(/\.exe$/, '');
  return /(^|[-.])(ld|lld|gold|mold|wild)$/.test(name) ? option : `-Wl,${option}`;
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** null for an escape that is unknown: then the command cannot be repeated exactly. */
function unescaped(quoted: string): string | null {
  let isKnown = true;
  const text = quoted.replace(/\\(u\{([0-9a-fA-F]{1,6})\}|.)/gs, (_, sign: string, code?: string) => {
    if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    const char = SIMPLE[sign];
    if (char === undefined) isKnown = false;
    return char ?? '';
  });
  return isKnown ? text : null;
}
