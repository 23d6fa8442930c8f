use detection_kernels::{units, Numbers};
use std::collections::BTreeMap;

fn main() {
    let mut numbers = Numbers::new(2);
    let mut sum = 0u64;
    for _ in 0..units!("SHARE_BTREE", 3000) {
        let mut map = BTreeMap::new();
        for _ in 0..150 {
            *map.entry(numbers.next() % 1024).or_insert(0u64) += 1;
        }
        for (key, value) in map.range(200..800) {
            sum = sum.wrapping_add(u64::from(*key) * value);
        }
    }
    println!("{sum}");
}
