import type { FieldChange } from './identity.ts';

/** What a build setting did to one measured project, as factors of the default release profile's numbers; absent: not measured. */
interface Effect {
  readonly code?: number;
  readonly file?: number;
  readonly cpu?: number;
}

/** What an effect is on: machine code, the file, the CPU time of compiling. */
export type What = keyof Effect;

const DEFAULT: Effect = { code: 1, file: 1, cpu: 1 };
/**
 * Eight generic-heavy crates with cargo 1.95, one setting changed at a time, against the default release profile
 * (lto = false, codegen-units = 16, panic = "unwind", opt-level = 3); measured for Tare, 2026.
 */
const EFFECTS: Readonly<Record<string, Readonly<Record<string, Effect>>>> = {
  lto: {
    'thin-local': DEFAULT,
    off: { code: 1.11, file: 1.47, cpu: 0.69 },
    thin: { code: 1.065, file: 0.95, cpu: 0.96 },
    fat: { code: 0.78, file: 0.56, cpu: 0.82 },
  },
  'codegen-units': { 16: DEFAULT, 1: { code: 0.924 } },
  panic: { unwind: DEFAULT, abort: { code: 0.72, cpu: 0.78 } },
  'opt-level': { 3: DEFAULT, s: { code: 0.88 }, z: { code: 0.83, cpu: 0.61 } },
  incremental: { false: DEFAULT, true: { code: 1.006 } },
};

/**
 * Settings whose step depends on more than the two values, as shares. Another target is another program; LTO that one
 * library did not get made it 19 % larger; debug information made a small program's file nine times as large. Measured for Tare, 2026.
 */
const OTHER_EFFECTS: Readonly<Record<string, Effect>> = {
  target: { code: 10, file: 10, cpu: 10 },
  'lto-dropped': { code: 0.19, file: 0.19 },
  strip: { file: 8 },
  debug: { file: 8, cpu: 0.1 },
};

/** Other names for the same value. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lto: { false: 'thin-local', true: 'fat', no: 'off', n: 'off', yes: 'fat', y: 'fat', on: 'fat' },
};

/** What is known about a setting beyond numbers. */
const REMARKS: Readonly<Record<string, string>> = {
  lto: 'usually 10–25 % of size, 3–10 % of run time',
  'codegen-units': 'usually 10–25 % of size, 3–10 % of run time',
  'lto-dropped': 'cargo passes no LTO to a library that is built as an rlib too',
  strip: 'changes the symbols and debug information in the file, not the code that is loaded',
  debug:
    "debug information is in the file, not in what is loaded; cargo strips the standard library's only while no package asks for any",
  'split-debuginfo': 'moves debug information between the program and files beside it',
  'opt-level': 'levels s and z trade run time for size; less inlining can leave more symbols in the file',
  panic: 'abort leaves out unwind tables and landing pads',
  incremental: 'incremental builds use up to 256 codegen units',
  'target-cpu':
    'lets the compiler use other instructions; native makes the program depend on the machine that built it',
};

/**
 * The documented effect of a changed setting, as a sentence without a full stop: empty when nothing is known.
 * Figures are those of one measured project, so they say whether a change is plausible and not what it must be; they are
 * left out for a package override, which moves only a part. Sources: the table above; The Rust Performance Book.
 */
export function settingNote(change: FieldChange): string {
  const name = settingName(change.field);
  const remark = Object.hasOwn(REMARKS, name) ? (REMARKS[name] ?? '') : '';
  const scope = overriddenPackage(change.field);
  if (scope !== null) return [`for package ${scope} only`, remark].filter(Boolean).join('; ');
  const figures = expected(name, change.before, change.after);
  return [remark, figures].filter(Boolean).join('; ');
}

/**
 * How much a changed setting may explain, to put the likeliest first: the size of the documented step between the two values as
 * a share (0.27 is 27 %); half of the setting's largest step where a value was not measured; a tenth for a package override;
 * 0 where nothing is known.
 */
export function settingEffect(change: FieldChange, what: What): number {
  const name = settingName(change.field);
  const scope = overriddenPackage(change.field) === null ? 1 : 0.1;
  if (Object.hasOwn(OTHER_EFFECTS, name)) return scope * (OTHER_EFFECTS[name]?.[what] ?? 0);
  const from = effectOf(name, change.before)?.[what];
  const to = effectOf(name, change.after)?.[what];
  if (from !== undefined && to !== undefined) return scope * Math.abs(to / from - 1);
  return scope * 0.5 * largestStep(name, what);
}

/** The documented step between the two values as a share, with its sign: −0.27 is 27 % less; null where a value was not measured. */
export function settingStep(change: FieldChange, what: What): number | null {
  if (overriddenPackage(change.field) !== null) return null;
  const name = settingName(change.field);
  const from = effectOf(name, change.before)?.[what];
  const to = effectOf(name, change.after)?.[what];
  return from === undefined || to === undefined ? null : to / from - 1;
}

/** Whether a setting moves all code of the program, so that what a crate or function moved beside it says nothing. */
export function movesEverything(field: string): boolean {
  const name = settingName(field);
  const isKnown = Object.hasOwn(EFFECTS, name) || name === 'target' || name === 'lto-dropped';
  return isKnown && overriddenPackage(field) === null;
}

function largestStep(name: string, what: What): number {
  const effects = Object.hasOwn(EFFECTS, name) ? Object.values(EFFECTS[name] ?? {}) : [];
  const factors = effects.flatMap((effect) => effect[what] ?? []);
  return factors.length < 2 ? 0 : Math.max(...factors) / Math.min(...factors) - 1;
}

/** The setting that a field holds, without its group and with hyphens: `profile.codegen_units` is `codegen-units`. */
export function settingName(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1).replaceAll('_', '-');
}

/** Whether a setting changes only what a file carries beside the code: symbols and debug information. */
export function isFileOnly(field: string): boolean {
  return field.startsWith('profile.') || field.startsWith('flags.')
    ? ['strip', 'debug', 'debuginfo', 'split-debuginfo'].includes(settingName(field))
    : false;
}

function overriddenPackage(field: string): string | null {
  return /^profile\.package\.(.+)\.[^.]+$/.exec(field)?.[1] ?? null;
}

function expected(name: string, before: string | null, after: string | null): string {
  const from = effectOf(name, before);
  const to = effectOf(name, after);
  if (from === null || to === null) return '';
  const parts = [
    percent('code', from.code, to.code),
    percent('file', from.file, to.file),
    percent('compile CPU', from.cpu, to.cpu),
  ].filter(Boolean);
  return parts.length === 0 ? '' : `in one measured project this step moved ${parts.join(', ')}`;
}

function effectOf(name: string, value: string | null): Effect | null {
  if (value === null || !Object.hasOwn(EFFECTS, name)) return null;
  const aliases = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  const text = value.replace(/^"(.*)"$/, '$1');
  const key = aliases !== undefined && Object.hasOwn(aliases, text) ? (aliases[text] ?? text) : text;
  const effects = EFFECTS[name];
  return effects !== undefined && Object.hasOwn(effects, key) ? (effects[key] ?? null) : null;
}

/** One factor's change, e.g. `code −27 %`; empty when a side was not measured. */
function percent(what: string, from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined) return '';
  const change = (to / from - 1) * 100;
  const size = Math.abs(change);
  return `${what} ${change < 0 ? '−' : '+'}${size < 1 ? size.toFixed(1) : Math.round(size)} %`;
}
