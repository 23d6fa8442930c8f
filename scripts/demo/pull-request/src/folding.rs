//! Folds letters with marks to their base letter, so that `Élan` and `elan` count as one word.

const SIZE: usize = 0x3000;

/// The folded form of each of the first 12,288 code points.
static FOLDED: [u32; SIZE] = table();

pub fn fold(letter: char) -> char {
    FOLDED.get(letter as usize).and_then(|code| char::from_u32(*code)).unwrap_or(letter)
}

const fn table() -> [u32; SIZE] {
    let mut folded = [0; SIZE];
    let mut code = 0;
    while code < SIZE as u32 {
        folded[code as usize] = base(code);
        code += 1;
    }
    folded
}

const fn base(code: u32) -> u32 {
    match code {
        0x41..=0x5a => code + 0x20,
        0xc0..=0xc5 | 0xe0..=0xe5 => 0x61,
        0xc7 | 0xe7 => 0x63,
        0xc8..=0xcb | 0xe8..=0xeb => 0x65,
        0xcc..=0xcf | 0xec..=0xef => 0x69,
        0xd1 | 0xf1 => 0x6e,
        0xd2..=0xd6 | 0xf2..=0xf6 => 0x6f,
        0xd9..=0xdc | 0xf9..=0xfc => 0x75,
        _ => code,
    }
}
