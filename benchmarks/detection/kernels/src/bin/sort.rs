use detection_kernels::{units, Numbers};

fn main() {
    let mut numbers = Numbers::new(1);
    let mut sum = 0u64;
    let mut values = [0u32; 800];
    for _ in 0..units!("SHARE_SORT", 2600) {
        for value in &mut values {
            *value = numbers.next();
        }
        values.sort_unstable();
        sum = sum.wrapping_add(u64::from(values[400]));
    }
    println!("{sum}");
}
