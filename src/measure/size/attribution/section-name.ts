/** Sections whose names go on with that of the function or static that they hold (`-ffunction-sections`). */
const PREFIXES = [
  ...[
    '.text.unlikely.',
    '.text.hot.',
    '.text.startup.',
    '.text.exit.',
    '.text.unknown.',
    '.text.split.',
    '.text.',
  ],
  ...[
    '.rodata.unlikely.',
    '.rodata.hot.',
    '.rodata.',
    '.data.rel.ro.local.',
    '.data.rel.ro.',
    '.data.rel.local.',
  ],
  ...['.data.rel.', '.data.', '.gcc_except_table.', '.tdata.', '.sdata.', '.sdata2.', '.srodata.'],
];
/** Merged constants, and names that the compiler made up. */
const NAMELESS =
  /^(cst\d+|str\d+\.\d+|\.?\.?L|anon\.|__unnamed_|unlikely\.?$|hot\.?$|startup\.?$|rel\.?|ro\.?$|local\.?$|switch\.table$|ltmp\d+$|l_\.|l_anon\.|\?\?_C@)/;

/** The symbol in the name of an input section; null where it has none. */
export function symbolOfSection(section: string): string | null {
  for (const prefix of PREFIXES) {
    if (!section.startsWith(prefix)) continue;
    const symbol = section.slice(prefix.length);
    return symbol === '' || isNameless(symbol) ? null : symbol;
  }
  return null;
}

/** Whether a symbol is one of those that the compiler numbers, which say nothing from one build to the next. */
export function isNameless(symbol: string): boolean {
  return NAMELESS.test(symbol);
}

/** Sections that the linker fills; GNU ld lists them as the first object's. */
export function isLinkerMade(section: string): boolean {
  return /^\.(interp|dyn(amic|sym|str)$|hash|gnu\.(hash|version)|rela?\.|relr\.|rela?$|plt|iplt|got|igot|eh_frame_hdr|note\.gnu\.)/.test(
    section,
  );
}
