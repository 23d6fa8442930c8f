import { z } from 'zod';
import type { RustcCall } from './rustc-call.ts';
import type { UnitProfile } from './unit-graph.ts';

/** The keys of a profile that change what is built, as cargo spells them. */
export const PROFILE_KEYS = [
  'opt-level',
  'lto',
  'codegen-units',
  'panic',
  'strip',
  'debug',
  'debug-assertions',
  'overflow-checks',
  'incremental',
  'rpath',
  'split-debuginfo',
] as const;
export type ProfileKey = (typeof PROFILE_KEYS)[number];
/** Every key with an explicit value: defaults are written out, so that two sides always have the same fields. */
export type Profile = Readonly<Record<ProfileKey, string>>;

/** What cargo resolved for a unit before anything was built. */
export function requestedProfile(unit: UnitProfile, target: string): Profile {
  return {
    'opt-level': unit.opt_level,
    lto: ltoWord(unit.lto),
    'codegen-units': String(unit.codegen_units ?? defaultCodegenUnits(unit.incremental)),
    panic: unit.panic,
    strip: requestedStrip(unit.strip) ?? 'none',
    debug: debugWord(String(unit.debuginfo ?? 0)),
    'debug-assertions': String(unit.debug_assertions),
    'overflow-checks': String(unit.overflow_checks),
    incremental: String(unit.incremental),
    rpath: String(unit.rpath),
    'split-debuginfo': unit.split_debuginfo ?? defaultSplitDebuginfo(target),
  };
}

/**
 * What the compiler was told: the last word on each `-C` key, and rustc's default for those it was not told.
 * `lto` is the one requested where the command has none: a library has `embed-bitcode` or `linker-plugin-lto` instead,
 * and where it was dropped, {@link droppedLto} says so.
 */
export function actualProfile(call: RustcCall, requested: Profile | null, target: string): Profile {
  const { codegen } = call;
  const told = (key: string, otherwise: string) => codegen.get(key) ?? otherwise;
  const flag = (key: string, otherwise: boolean) => flagWord(codegen.get(key), otherwise);
  const opt = told('opt-level', '0');
  const assertions = flag('debug-assertions', opt === '0');
  const lto = codegen.get('lto');
  const isIncremental = codegen.has('incremental');
  return {
    'opt-level': opt === '' ? '3' : opt,
    lto: lto === undefined ? (requested?.lto ?? 'false') : ltoWord(lto),
    'codegen-units': told('codegen-units', String(defaultCodegenUnits(isIncremental))),
    panic: told('panic', requested?.panic ?? 'unwind'),
    strip: told('strip', 'none'),
    debug: debugWord(told('debuginfo', '0')),
    'debug-assertions': String(assertions),
    'overflow-checks': String(flag('overflow-checks', assertions)),
    incremental: String(isIncremental),
    rpath: String(flag('rpath', false)),
    'split-debuginfo': told('split-debuginfo', defaultSplitDebuginfo(target)),
  };
}

/** Crate types that are linked, and so could be optimised at link time. */
const LINKED = ['bin', 'cdylib', 'dylib', 'staticlib'];

/** Whether cargo left out the LTO that the profile asks for: it does so for a target with several crate types, one of them an rlib. */
export function droppedLto(call: RustcCall, requested: Profile): boolean {
  const wanted = requested.lto === 'fat' || requested.lto === 'thin';
  return wanted && !call.codegen.has('lto') && call.crateTypes.some((type) => LINKED.includes(type));
}

/** Whether cargo left `strip` to decide for itself (`strip` unset), and decided against it because of debug information. */
export function isStripDeferred(unit: UnitProfile): boolean {
  const parsed = stripSchema.safeParse(unit.strip);
  return parsed.success && typeof parsed.data === 'object' && parsed.data.deferred !== undefined;
}

const stripValue = z.union([z.string(), z.object({ Named: z.string() })]);
const stripSchema = z.union([
  z.string(),
  z.object({ resolved: stripValue.optional(), deferred: stripValue.optional() }),
]);

function requestedStrip(strip: unknown): string | null {
  const parsed = stripSchema.safeParse(strip);
  if (!parsed.success) return null;
  const value =
    typeof parsed.data === 'string' ? parsed.data : (parsed.data.resolved ?? parsed.data.deferred);
  if (value === undefined) return null;
  return typeof value === 'string' ? value.toLowerCase() : value.Named;
}

function ltoWord(lto: string): string {
  if (['', 'true', 'yes', 'y', 'on'].includes(lto)) return 'fat';
  return ['no', 'n'].includes(lto) ? 'off' : lto;
}

function debugWord(debuginfo: string): string {
  const words: Readonly<Record<string, string>> = {
    '': '2',
    none: '0',
    false: '0',
    limited: '1',
    full: '2',
    true: '2',
  };
  return words[debuginfo] ?? debuginfo;
}

function flagWord(value: string | undefined, otherwise: boolean): boolean {
  return value === undefined ? otherwise : !['off', 'no', 'n', 'false', '0'].includes(value);
}

function defaultCodegenUnits(isIncremental: boolean): number {
  return isIncremental ? 256 : 16;
}

function defaultSplitDebuginfo(target: string): string {
  return target.endsWith('-msvc') ? 'packed' : 'off';
}
