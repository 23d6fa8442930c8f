//! What the kernels share: fixed pseudo-random numbers, and the count of units that a build was given.

/// A 64-bit linear congruential generator with Knuth's constants; equal seeds give equal numbers.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(2) | 1)
    }

    #[inline]
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as u32
    }
}

/// `usual` units times the share in `text`, in 1/100,000; `usual` without one. At compile time.
pub const fn count(usual: u64, share: Option<&str>) -> u64 {
    let Some(share) = share else { return usual };
    let digits = share.as_bytes();
    let mut value = 0;
    let mut index = 0;
    while index < digits.len() {
        value = value * 10 + (digits[index] - b'0') as u64;
        index += 1;
    }
    (usual * value + 50_000) / 100_000
}

/// How many units of work a build does. It lies in a static and is read once, where the compiler cannot see it:
/// builds that differ in nothing but their count have the same machine code at the same addresses.
#[macro_export]
macro_rules! units {
    ($share:literal, $usual:literal) => {{
        static UNITS: u64 = $crate::count($usual, option_env!($share));
        // Safe: a static that nothing writes.
        unsafe { core::ptr::read_volatile(&UNITS) }
    }};
}
