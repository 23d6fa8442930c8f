/** What a symbol must be read as: its printed form, crate, instantiating crate and normalised name. */
export interface Expected {
  readonly symbol: string;
  readonly printed: string;
  readonly crate: string;
  readonly instantiating?: string;
  readonly normal: string;
}

/** A legacy symbol of these elements, with the hash. */
export function legacySymbol(elements: readonly string[], hash = 'h0123456789abcdef'): string {
  return `_ZN${[...elements, hash].map((element) => `${element.length}${element}`).join('')}E`;
}

function v0(
  symbol: string,
  printed: string,
  crate: string,
  normal: string,
  instantiating?: string,
): Expected {
  return { symbol, printed, crate, normal, ...(instantiating === undefined ? {} : { instantiating }) };
}

/** Generic arguments of a function, which its normalised name does not have. */
function args(symbol: string, printed: string): Expected {
  return v0(`_RINvC5hello4call${symbol}E`, `hello::call::<${printed}>`, 'hello', 'hello::call');
}

export const V0: readonly Expected[] = [
  v0('_RNvCs1234_7mycrate3foo', 'mycrate::foo', 'mycrate', 'mycrate::foo'),
  v0('__RNvCs1234_7mycrate3foo', 'mycrate::foo', 'mycrate', 'mycrate::foo'),
  v0('RNvCs1234_7mycrate3foo', 'mycrate::foo', 'mycrate', 'mycrate::foo'),
  v0('_RNvC6_123abc3run', '123abc::run', '123abc', '123abc::run'),
  v0('_RNvNtC5hello5inner4main', 'hello::inner::main', 'hello', 'hello::inner::main'),
  v0('_RC4cafe', 'cafe', 'cafe', 'cafe'),
  v0('_RNvCs1_7mycratesXZ_3foo', 'mycrate::foo', 'mycrate', 'mycrate::foo'),
  v0('_RNvNkC5hello03foo', 'hello::foo', 'hello', 'hello::foo'),

  // Closures, shims and calls through them.
  v0('_RNCNvC5hello4main0', 'hello::main::{closure#0}', 'hello', 'hello::main'),
  v0('_RNCNCNvC5hello4mains_0s1_0', 'hello::main::{closure#1}::{closure#3}', 'hello', 'hello::main'),
  v0('_RNSNvC5hello4main5reify', 'hello::main::{shim:reify#0}', 'hello', 'hello::main'),
  v0('_RNCNvC5hello4mainsZZZZZZZZZ_0', 'hello::main::{closure#13537086546263553}', 'hello', 'hello::main'),
  v0('_RNCINvC5hello3runmEs_0', 'hello::run::<u32>::{closure#1}', 'hello', 'hello::run'),
  v0(
    '_RNvYNCNvC5hello3run0INtNtNtC4core3ops8function6FnOnceuE9call_onceC5world',
    '<hello::run::{closure#0} as core::ops::function::FnOnce<()>>::call_once',
    'hello',
    'hello::run',
    'world',
  ),
  v0(
    '_RNSNvYNCNvC5hello3run0INtNtNtC4core3ops8function6FnOnceuE9call_once6vtableC5hello',
    '<hello::run::{closure#0} as core::ops::function::FnOnce<()>>::call_once::{shim:vtable#0}',
    'hello',
    'hello::run',
    'hello',
  ),
  v0(
    '_RNvYINvC5hello3runhEINtNtNtC4core3ops8function6FnOnceuE9call_once',
    '<hello::run<u8> as core::ops::function::FnOnce<()>>::call_once',
    'hello',
    'hello::run',
  ),

  // Impl blocks: the crate is where the block stands.
  v0(
    '_RNvMNtC5hello5shapeNtB2_6Circle4area',
    '<hello::shape::Circle>::area',
    'hello',
    'hello::shape::Circle::area',
  ),
  v0(
    '_RINvMs_NtC5hello4listINtB5_4ListhE3mapmE',
    '<hello::list::List<u8>>::map::<u32>',
    'hello',
    'hello::list::List::map',
  ),
  v0('_RNvMs_NtC4core3stre4trim', '<str>::trim', 'core', '<str>::trim'),
  v0('_RNvMs_NtC5alloc5sliceSm6to_vecC5hello', '<[u32]>::to_vec', 'alloc', '<[_]>::to_vec', 'hello'),
  v0(
    '_RNvXs_C5helloNtB4_4UnitNtNtC4core3fmt5Debug3fmt',
    '<hello::Unit as core::fmt::Debug>::fmt',
    'hello',
    '<hello::Unit as core::fmt::Debug>::fmt',
  ),
  v0(
    '_RNvXNtC5hello5implsNtNtC5alloc6string6StringNtB2_4Join4join',
    '<alloc::string::String as hello::impls::Join>::join',
    'hello',
    '<alloc::string::String as hello::impls::Join>::join',
  ),
  v0(
    '_RNvXC5helloRINtB2_4ListhENtNtC4core3fmt5Debug3fmt',
    '<&hello::List<u8> as core::fmt::Debug>::fmt',
    'hello',
    '<&hello::List<_> as core::fmt::Debug>::fmt',
  ),
  v0(
    '_RNvXsZ_NtC4core3fmtRNtC5hello4UnitNtB5_5Debug3fmtC5hello',
    '<&hello::Unit as core::fmt::Debug>::fmt',
    'core',
    '<&_ as core::fmt::Debug>::fmt',
    'hello',
  ),
  v0(
    '_RNvXs_NtC4core7convertNtC5hello4UnitINtB4_4IntohE4into',
    '<hello::Unit as core::convert::Into<u8>>::into',
    'core',
    '<_ as core::convert::Into<_>>::into',
  ),
  v0(
    '_RNvXC5helloNCNvC5world3run0NtB2_4Task3run',
    '<world::run::{closure#0} as hello::Task>::run',
    'hello',
    '<_ as hello::Task>::run',
  ),
  v0(
    '_RNvXC5helloDNtB2_4TaskNtNtC4core6marker4SendEL_NtNtC4core3fmt5Debug3fmt',
    '<dyn hello::Task + core::marker::Send as core::fmt::Debug>::fmt',
    'hello',
    '<dyn hello::Task + core::marker::Send as core::fmt::Debug>::fmt',
  ),
  v0(
    '_RNvXC5helloAhj4_NtB2_4Task3run',
    '<[u8; 4] as hello::Task>::run',
    'hello',
    '<[_; _] as hello::Task>::run',
  ),
  v0(
    '_RNvXC5helloThmENtB2_4Task3run',
    '<(u8, u32) as hello::Task>::run',
    'hello',
    '<(_) as hello::Task>::run',
  ),
  v0(
    '_RNvXC5helloFhEmNtB2_4Task3run',
    '<fn(u8) -> u32 as hello::Task>::run',
    'hello',
    '<fn(_) as hello::Task>::run',
  ),
  v0(
    '_RNvXC5helloOhNtB2_4Task3run',
    '<*mut u8 as hello::Task>::run',
    'hello',
    '<*mut _ as hello::Task>::run',
  ),
  v0(
    '_RNvYNtC5hello4UnitNtNtC4core3cmp3Ord3maxB4_',
    '<hello::Unit as core::cmp::Ord>::max',
    'core',
    'core::cmp::Ord::max',
    'hello',
  ),
  v0(
    '_RINvNtC4core3ptr13drop_in_placeINtNtC5alloc3vec3VechEEC5hello',
    'core::ptr::drop_in_place::<alloc::vec::Vec<u8>>',
    'core',
    'core::ptr::drop_in_place',
    'hello',
  ),

  // Types.
  args(
    'bceuaslxnihtmyojfdzpv',
    'bool, char, str, (), i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, !, _, ...',
  ),
  args('L_', "'_"),
  args('RL_hQSePcOTEAhj10_', '&u8, &mut [str], *const char, *mut (), [u8; 16]'),
  args('TmEThmE', '(u32,), (u8, u32)'),
  args('DNtC5hello4TaskNtNtC4core6marker4SendEL_', 'dyn hello::Task + core::marker::Send'),
  args(
    'DG_INtNtNtC4core3ops8function2FnTRL0_hEEp6OutputbEL_',
    "dyn for<'a> core::ops::function::Fn<(&'a u8,), Output = bool>",
  ),
  args('DNtC5hello4Taskp4Itemhp1NKj2_EL_', 'dyn hello::Task<Item = u8, N = 2>'),
  args('FG0_RL1_hRL0_hDNtC5hello4TaskEL1_Eu', "for<'a, 'b> fn(&'a u8, &'b u8, dyn hello::Task + 'a)"),
  args('FG_FG_RL1_hRL0_hEuEu', "for<'a> fn(for<'b> fn(&'a u8, &'b u8))"),
  args('FUKCPcEa', 'unsafe extern "C" fn(*const char) -> i8'),
  args('FK13C_dash_unwindjEu', 'extern "C-dash-unwind" fn(usize)'),
  args('WmRm1_m9_', 'u32 is 1..=9'),
  args('WmORm1_m2_Rm5_m6_E', 'u32 is 1..=2 | 5..=6'),
  args('WPuN', '*const () is !null'),
  args('FwTlEEu', 'fn(#[splat] (i32,))'),
  args('NtYhNtC5hello4Task4Item', '<u8 as hello::Task>::Item'),

  // Constants.
  args('Kj0_Kj_Kj20_Kjffffffffffffffff_', '0, 0, 32, 18446744073709551615'),
  args('Kanff_Ks7f_Kln0_', '-255, 127, -0'),
  args('Ko10000000000000000_', '0x10000000000000000'),
  args('Kb0_Kb1_Kp', 'false, true, _'),
  args(
    'Kc41_Kca_Kc27_Kc22_Kc5c_Kc0_Kc2202_Kc7f_Kc301_',
    "'A', '\\n', '\\'', '\"', '\\\\', '\\0', '∂', '\\u{7f}', '\\u{301}'",
  ),
  args('KRe6869_', '"hi"'),
  args('Ke6869_', '{*"hi"}'),
  args('KRee28882c3bc2722_', '"∂ü\'\\""'),
  args('KRh7b_KQAEKRRRh0_', '{&123}, {&mut []}, {&&&0}'),
  args('KTEKTj0_EKTh1_b0_E', '{()}, {(0,)}, {(1, false)}'),
  args('KAAh1_h2_EAh3_h4_EE', '{[[1, 2], [3, 4]]}'),
  args('KVNvINtNtC4core6option6OptionhE4NoneU', '{core::option::Option::<u8>::None}'),
  args('KVNvINtNtC4core6option6OptionhE4SomeTh9_E', '{core::option::Option::<u8>::Some(9)}'),
  args('KVNtC5hello5PointS1xl1_1yln2_E', '{hello::Point { x: 1, y: -2 }}'),
  args('AhVNtC5hello5PointU', '[u8; hello::Point]'),

  // Back references to a path, a type and a constant.
  args('NtNtC5hello1a1bNtBg_1c', 'hello::a::b, hello::a::c'),
  args('TThmEBf_E', '((u8, u32), (u8, u32))'),
  args('KRe6869_KBf_', '"hi", "hi"'),
  args(
    'DINtC5hello4TaskhEp4ItemhEL_DBf_p4ItemmEL_',
    'dyn hello::Task<u8, Item = u8>, dyn hello::Task<u8, Item = u32>',
  ),

  // Identifiers beyond ASCII.
  v0('_RNvC5hellou8gdel_5qa', 'hello::gödel', 'hello', 'hello::gödel'),
  v0('_RNvC5hellou7c1yn36f', 'hello::點看', 'hello', 'hello::點看'),
  v0('_RNvC5hellou3a_z', 'hello::punycode{a-z}', 'hello', 'hello::punycode{a-z}'),

  // What LLVM and linkers append.
  v0('_RNvC5hello4main.llvm.1234567890', 'hello::main', 'hello', 'hello::main'),
  v0('_RNvC5hello4main.llvm.9D1C9369@@16', 'hello::main', 'hello', 'hello::main'),
  v0('_RNvC5hello4main.cold', 'hello::main.cold', 'hello', 'hello::main'),
  v0('_RNvC5hello4main.warm.3.llvm.77', 'hello::main.warm.3', 'hello', 'hello::main'),
  v0('_RNvC5hello5TABLE.0.0', 'hello::TABLE.0.0', 'hello', 'hello::TABLE'),
];

function legacy(elements: readonly string[], printed: string, crate: string, normal: string): Expected {
  return { symbol: legacySymbol(elements), printed, crate, normal };
}

export const LEGACY: readonly Expected[] = [
  legacy(['hello', 'main'], 'hello::main', 'hello', 'hello::main'),
  {
    ...legacy(['hello', 'main'], 'hello::main', 'hello', 'hello::main'),
    symbol: '__ZN5hello4main17h0123456789abcdefE',
  },
  {
    ...legacy(['hello', 'main'], 'hello::main', 'hello', 'hello::main'),
    symbol: 'ZN5hello4main17h0123456789abcdefE',
  },
  {
    ...legacy(['hello', 'main'], 'hello::main', 'hello', 'hello::main'),
    symbol: '_ZN5hello4main17h0123456789abcdefE.llvm.1234567890',
  },
  {
    ...legacy(['hello', 'main'], 'hello::main.cold.1', 'hello', 'hello::main'),
    symbol: '_ZN5hello4main17h0123456789abcdefE.cold.1',
  },
  legacy(
    ['hello', 'main', '_$u7b$$u7b$closure$u7d$$u7d$'],
    'hello::main::{{closure}}',
    'hello',
    'hello::main',
  ),
  legacy(
    ['hello', 'main', '_$u7b$$u7b$closure$u7d$$u7d$', '_$u7b$$u7b$closure$u7d$$u7d$'],
    'hello::main::{{closure}}::{{closure}}',
    'hello',
    'hello::main',
  ),
  legacy(
    ['core', 'ops', 'function', 'FnOnce', 'call_once$u7b$$u7b$vtable.shim$u7d$$u7d$'],
    'core::ops::function::FnOnce::call_once{{vtable.shim}}',
    'core',
    'core::ops::function::FnOnce::call_once',
  ),
  legacy(
    ['alloc', 'vec', 'Vec$LT$T$C$A$GT$', 'push'],
    'alloc::vec::Vec<T,A>::push',
    'alloc',
    'alloc::vec::Vec::push',
  ),
  legacy(
    ['core', 'ptr', 'drop_in_place$LT$alloc..string..String$GT$'],
    'core::ptr::drop_in_place<alloc::string::String>',
    'core',
    'core::ptr::drop_in_place',
  ),
  legacy(
    ['core', 'ptr', 'drop_in_place$LT$fn$LP$$RF$u8$RP$$u20$.$GT$$u20$alloc..vec..Vec$LT$u8$GT$$GT$'],
    'core::ptr::drop_in_place<fn(&u8) .> alloc::vec::Vec<u8>>',
    'core',
    'core::ptr::drop_in_place',
  ),
  legacy(
    [
      'core',
      'ptr',
      'drop_in_place$LT$dyn$u20$core..ops..function..Fn$LT$$LP$$RF$str$C$$RP$$GT$$u2b$Output$u20$$u3d$$u20$$u5b$u8$u3b$$u20$4$u5d$$u2b$core..marker..Send$GT$',
    ],
    'core::ptr::drop_in_place<dyn core::ops::function::Fn<(&str,)>+Output = [u8; 4]+core::marker::Send>',
    'core',
    'core::ptr::drop_in_place',
  ),

  // An impl block beside its type or trait.
  legacy(
    ['_$LT$hello..Unit$u20$as$u20$core..fmt..Debug$GT$', 'fmt'],
    '<hello::Unit as core::fmt::Debug>::fmt',
    'hello',
    '<hello::Unit as core::fmt::Debug>::fmt',
  ),
  legacy(
    ['_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$', 'fmt'],
    '<&T as core::fmt::Debug>::fmt',
    'core',
    '<&_ as core::fmt::Debug>::fmt',
  ),
  legacy(
    ['_$LT$$RF$mut$u20$hello..Unit$u20$as$u20$core..ops..arith..Add$LT$u8$GT$$GT$', 'add'],
    '<&mut hello::Unit as core::ops::arith::Add<u8>>::add',
    'hello',
    '<&mut hello::Unit as core::ops::arith::Add<_>>::add',
  ),
  legacy(
    ['_$LT$T$u20$as$u20$hello..Task$GT$', 'run'],
    '<T as hello::Task>::run',
    'hello',
    '<_ as hello::Task>::run',
  ),
  legacy(
    ['_$LT$alloc..string..String$u20$as$u20$hello..Task$GT$', 'run'],
    '<alloc::string::String as hello::Task>::run',
    'hello',
    '<alloc::string::String as hello::Task>::run',
  ),
  legacy(
    ['_$LT$alloc..vec..Vec$LT$T$C$A$GT$$u20$as$u20$core..ops..drop..Drop$GT$', 'drop'],
    '<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop',
    'alloc',
    '<alloc::vec::Vec<_> as core::ops::drop::Drop>::drop',
  ),
  legacy(
    ['_$LT$core..option..Option$LT$T$GT$$u20$as$u20$alloc..vec..is_zero..IsZero$GT$', 'is_zero'],
    '<core::option::Option<T> as alloc::vec::is_zero::IsZero>::is_zero',
    'alloc',
    '<core::option::Option<_> as alloc::vec::is_zero::IsZero>::is_zero',
  ),
  legacy(
    ['_$LT$dyn$u20$hello..Task$u20$as$u20$core..fmt..Display$GT$', 'fmt'],
    '<dyn hello::Task as core::fmt::Display>::fmt',
    'hello',
    '<dyn hello::Task as core::fmt::Display>::fmt',
  ),
  legacy(
    ['_$LT$$u5b$T$u3b$$u20$N$u5d$$u20$as$u20$hello..Task$GT$', 'run'],
    '<[T; N] as hello::Task>::run',
    'hello',
    '<[_; _] as hello::Task>::run',
  ),
  legacy(
    ['_$LT$$LP$A$C$B$RP$$u20$as$u20$hello..Task$LT$$u27$static$C$$u20$true$GT$$GT$', 'run'],
    "<(A,B) as hello::Task<'static, true>>::run",
    'hello',
    '<(_) as hello::Task<_>>::run',
  ),

  legacy(
    [
      '_$LT$hello..Unit$u20$as$u20$world..Task$GT$',
      'run',
      '_$LT$impl$u20$core..fmt..Debug$u20$for$u20$T$GT$',
      'fmt',
    ],
    '<hello::Unit as world::Task>::run::<impl core::fmt::Debug for T>::fmt',
    'hello',
    '<_ as core::fmt::Debug>::fmt',
  ),
  legacy(
    [
      '_$LT$$LT$hello..Unit$u20$as$u20$serde..Deserialize$GT$..deserialize..Visitor$u20$as$u20$serde..Visitor$GT$',
      'visit',
    ],
    '<<hello::Unit as serde::Deserialize>::deserialize::Visitor as serde::Visitor>::visit',
    'hello',
    '<<hello::Unit as serde::Deserialize>::deserialize::Visitor as serde::Visitor>::visit',
  ),
  legacy(
    ['_$LT$proc_macro..Literal$u20$as$u20$hello..Parse$GT$', 'parse'],
    '<proc_macro::Literal as hello::Parse>::parse',
    'hello',
    '<proc_macro::Literal as hello::Parse>::parse',
  ),

  // An impl block elsewhere, which names its place.
  legacy(
    ['hello', 'impls', '_$LT$impl$u20$core..fmt..Debug$u20$for$u20$world..Unit$LT$T$GT$$GT$', 'fmt'],
    'hello::impls::<impl core::fmt::Debug for world::Unit<T>>::fmt',
    'hello',
    '<world::Unit<_> as core::fmt::Debug>::fmt',
  ),
  legacy(
    ['core', 'str', '_$LT$impl$u20$str$GT$', 'trim'],
    'core::str::<impl str>::trim',
    'core',
    '<str>::trim',
  ),
  legacy(
    ['alloc', 'slice', '_$LT$impl$u20$$u5b$T$u5d$$GT$', 'to_vec'],
    'alloc::slice::<impl [T]>::to_vec',
    'alloc',
    '<[_]>::to_vec',
  ),
  legacy(
    ['hello', 'more', '_$LT$impl$u20$hello..List$LT$T$GT$$GT$', 'len'],
    'hello::more::<impl hello::List<T>>::len',
    'hello',
    'hello::List::len',
  ),

  // Not what rustc prints today: taken as a name.
  legacy(['hello', 'odd$LT$name'], 'hello::odd<name', 'hello', 'hello::odd<name'),
  legacy(['hello', 'odd$XX$name..x'], 'hello::odd$XX$name..x', 'hello', 'hello::odd$XX$name..x'),
];
