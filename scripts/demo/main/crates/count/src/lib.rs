//! Counts how often each item of a stream occurs.

use std::collections::HashMap;
use std::hash::Hash;

/// Occurrences per item.
pub struct Counter<T> {
    counts: HashMap<T, u64>,
}

impl<T: Hash + Eq + Ord + Clone> Counter<T> {
    pub fn new() -> Self {
        Counter { counts: HashMap::new() }
    }

    pub fn add(&mut self, item: T) {
        *self.counts.entry(item).or_insert(0) += 1;
    }

    /// The `limit` most frequent items, most frequent first; equal counts in the items' order.
    pub fn top(&self, limit: usize) -> Vec<(T, u64)> {
        let mut rows: Vec<(T, u64)> = self.counts.iter().map(|(item, count)| (item.clone(), *count)).collect();
        rows.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        rows.truncate(limit);
        rows
    }

    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

impl<T: Hash + Eq + Ord + Clone> Default for Counter<T> {
    fn default() -> Self {
        Self::new()
    }
}
