use detection_kernels::{units, Numbers};

const WORDS: [&str; 6] = ["weighs", "every", "pull", "request", "against", "main"];

fn main() {
    let mut numbers = Numbers::new(6);
    let mut length = 0;
    for _ in 0..units!("SHARE_STRINGS", 2300) {
        let mut text = String::new();
        for _ in 0..260 {
            text.push_str(WORDS[numbers.next() as usize % WORDS.len()]);
            text.push(' ');
        }
        let upper = text.to_uppercase().replace("PULL", "push");
        let mut words: Vec<&str> = upper.split(' ').collect();
        words.reverse();
        length += words.join("-").len();
    }
    println!("{length}");
}
