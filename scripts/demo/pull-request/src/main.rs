//! `tally [--lines|--chars] [--top N] [FILE …]`: the most frequent words, lines or characters of a text.

mod folding;

use count::Counter;
use std::io::Read;
use std::{env, fs, io, process};

enum Unit {
    Words,
    Lines,
    Chars,
}

fn main() {
    if let Err(message) = run(env::args().skip(1)) {
        eprintln!("tally: {message}");
        process::exit(2);
    }
}

fn run(args: impl Iterator<Item = String>) -> Result<(), String> {
    let (unit, limit, files) = parse(args)?;
    let text = read(&files).map_err(|error| error.to_string())?;
    match unit {
        Unit::Words => print(text.split_whitespace().map(normalise), limit),
        Unit::Lines => print(text.lines().map(str::to_owned), limit),
        Unit::Chars => print(text.chars().filter(|c| !c.is_whitespace()), limit),
    }
    Ok(())
}

fn parse(args: impl Iterator<Item = String>) -> Result<(Unit, usize, Vec<String>), String> {
    let (mut unit, mut limit, mut files) = (Unit::Words, 10, Vec::new());
    let mut args = args;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--lines" => unit = Unit::Lines,
            "--chars" => unit = Unit::Chars,
            "--top" => {
                let value = args.next().ok_or("--top needs a number")?;
                limit = value.parse().map_err(|_| format!("--top: {value:?} is no number"))?;
            }
            _ => files.push(arg),
        }
    }
    Ok((unit, limit, files))
}

fn read(files: &[String]) -> io::Result<String> {
    let mut text = String::new();
    if files.is_empty() {
        io::stdin().read_to_string(&mut text)?;
    }
    for file in files {
        text.push_str(&fs::read_to_string(file)?);
    }
    Ok(text)
}

fn normalise(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).chars().map(folding::fold).collect()
}

fn print<T>(items: impl Iterator<Item = T>, limit: usize)
where
    T: std::hash::Hash + Eq + Ord + Clone + std::fmt::Display,
{
    let mut counter = Counter::new();
    items.for_each(|item| counter.add(item));
    for (item, count) in counter.top(limit) {
        println!("{count:>8}  {item}");
    }
    println!("{:>8}  in all", counter.total());
}
