use detection_kernels::{units, Numbers};
use std::collections::hash_map::DefaultHasher;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

fn main() {
    let mut numbers = Numbers::new(3);
    let mut sum = 0u64;
    for _ in 0..units!("SHARE_HASH", 3400) {
        let mut map: HashMap<u32, u32, BuildHasherDefault<DefaultHasher>> = HashMap::default();
        for _ in 0..120 {
            *map.entry(numbers.next() % 512).or_insert(0) += 1;
        }
        for _ in 0..220 {
            sum += map.get(&(numbers.next() % 512)).copied().map_or(0, u64::from);
        }
    }
    println!("{sum}");
}
