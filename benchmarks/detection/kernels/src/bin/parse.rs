use detection_kernels::{units, Numbers};
use std::fmt::Write;

fn main() {
    let mut numbers = Numbers::new(5);
    let mut text = String::new();
    for line in 0..150 {
        let _ = writeln!(text, "key{line} = {}, {}.{}", numbers.next(), numbers.next() % 100, numbers.next() % 1000);
    }
    let mut sum = 0.0;
    for _ in 0..units!("SHARE_PARSE", 2900) {
        sum += std::hint::black_box(&text).lines().filter_map(line).sum::<f64>();
    }
    println!("{sum}");
}

#[inline(never)]
fn line(line: &str) -> Option<f64> {
    let (key, values) = line.split_once('=')?;
    let (whole, real) = values.split_once(',')?;
    let number: u64 = whole.trim().parse().ok()?;
    let value: f64 = real.trim().parse().ok()?;
    Some(key.len() as f64 + (number % 7) as f64 * value)
}
