/** Whose code an object file is. */
export interface Owner {
  /** Crate or library; null: the linker made it itself. */
  readonly crate: string | null;
  /** Whether it is the program's own object, which with fat LTO holds the code of all crates. */
  readonly isOwn: boolean;
  /** Whether the crate is told by its name alone, which the standard library's and a package may share. */
  readonly isNamed?: boolean;
}

const LINKER: Owner = { crate: null, isOwn: false };

/** The standard library's crates and what they are built of. */
const STD = new Set([
  ...['std', 'core', 'alloc', 'compiler_builtins', 'panic_unwind', 'panic_abort', 'unwind', 'std_detect'],
  ...['proc_macro', 'test', 'rustc_std_workspace_core', 'rustc_std_workspace_alloc', 'rustc_literal_escaper'],
  ...['rustc_std_workspace_std', 'rustc_demangle', 'addr2line', 'gimli', 'object', 'miniz_oxide', 'adler2'],
  ...['adler', 'hashbrown', 'memchr', 'cfg_if', 'libc', 'getopts', 'unicode_width', 'moto_rt'],
]);
/** Crates of the standard library that a project cannot have of its own. */
const ALWAYS_STD = new Set([
  ...['std', 'core', 'alloc', 'compiler_builtins', 'panic_unwind', 'panic_abort', '__rustc'],
]);

/** Thin LTO's objects of other crates: `FILE-HASH.CRATE-HASH.CRATE.HASH-cgu.0.rcgu.o.rcgu.o`. */
const THIN = /\.([A-Za-z_]\w*)-[0-9a-f]{16}\.[^()/\\]*\.rcgu\.o\.rcgu\.o(?:bj)?$/;

/** The crate of a demangled name, with the standard library's as `std`, unless the project itself has a package of that name. */
export function crateOfName(crate: string, packages: ReadonlySet<string>): string {
  if (ALWAYS_STD.has(crate)) return 'std';
  return STD.has(crate) && !packages.has(crate) ? 'std' : crate;
}

/**
 * Whose code a file of a link map is: `libserde-0123456789abcdef.rlib(…)` is the crate `serde`, one of the toolchain's own rlibs `std`,
 * `libz.a(…)` the library `libz`, the start files `libc` and `libgcc`; every other object is the program's own.
 */
export function ownerOf(file: string): Owner {
  if (file === '' || file.startsWith('<') || file.startsWith('linker ')) return LINKER;
  const [, archive, member] = /^(.*?)\(([^()]*)\)$/.exec(file) ?? [];
  if (archive !== undefined && member !== undefined) return { crate: crateOfArchive(archive), isOwn: false };
  const base = baseName(file);
  if (/\.(so|dylib|tbd|dll|lib)(\.|$)/i.test(base)) return LINKER;
  if (/^(r|S|g|M)?crt[01n]?i?\.o$|^crt[1in]\.o$/.test(base)) return { crate: 'libc', isOwn: false };
  if (/^crt(begin|end|fastmath|offload)/.test(base)) return { crate: 'libgcc', isOwn: false };
  const thin = THIN.exec(base)?.[1];
  if (thin !== undefined) return { crate: thin, isOwn: false, isNamed: true };
  const isOwn = isRustObject(base);
  return { crate: (isOwn ? crateOfObject(base) : null) ?? stem(base), isOwn };
}

/**
 * Whether a file is another Rust crate's object: fat LTO leaves none, since it takes all crates into the program's own, save the
 * compiler's helpers, which it never touches.
 */
export function isUpstreamObject(file: string): boolean {
  return (
    THIN.test(file) ||
    (/\.rlib\([^()]*\.rcgu\.o(bj)?\)$/.test(file) && !/[/\\]libcompiler_builtins-/.test(file))
  );
}

function crateOfArchive(archive: string): string {
  // ld64 numbers the members that it loads: `libserde.rlib[3](…)`.
  const base = baseName(archive.replace(/\[\d+\]$/, ''));
  if (base.endsWith('.rlib')) {
    if (/[/\\]rustlib[/\\]/.test(archive)) return 'std';
    return (
      base
        .replace(/\.rlib$/, '')
        .replace(/^lib/, '')
        .replace(/-[0-9a-f]{16}$/, '') || base
    );
  }
  const library = base.replace(/\.(a|lib)$/i, '');
  if (/^lib(c|c_nonshared|m|pthread|dl|rt|util|resolv)(-[\d.]+)?$/.test(library)) return 'libc';
  return /^libgcc(_eh)?$/.test(library) ? 'libgcc' : library || base;
}

/** rustc calls its objects `FILE-HASH.CRATE.HASH-cgu.0.rcgu.o`, or `FILE-HASH.HASH.rcgu.o`. */
function crateOfObject(base: string): string | null {
  return /\.([A-Za-z_]\w*)\.[0-9a-z]+-cgu\.\d+\.rcgu\.o(?:bj)?$/.exec(base)?.[1] ?? null;
}

function isRustObject(base: string): boolean {
  return /\.rcgu\.o(bj)?$/.test(base);
}

function stem(base: string): string {
  const dot = base.indexOf('.');
  const name = dot <= 0 ? base : base.slice(0, dot);
  return name.replace(/-[0-9a-f]{16}$/, '');
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
