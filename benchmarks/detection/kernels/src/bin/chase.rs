use detection_kernels::{units, Numbers};

/// Steps through memory in a random cycle: its time depends on which pages the system gave it.
fn main() {
    let mut numbers = Numbers::new(7);
    let mut next: Vec<u32> = (0..1 << 20).collect();
    // Sattolo's shuffle: one cycle through all.
    for last in (1..next.len()).rev() {
        next.swap(last, numbers.next() as usize % last);
    }
    let mut at = 0;
    for _ in 0..units!("SHARE_CHASE", 2000) {
        for _ in 0..500 {
            at = next[at as usize];
        }
    }
    println!("{at}");
}
