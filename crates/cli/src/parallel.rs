//! Work on many things at once, with a bar that shows how far it is.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What `work` makes of each item, in the order of the items, on as many threads as there are cores. The bar is drawn on
/// a terminal's standard error, while there is more than one item.
pub fn map<T: Sync, R: Send>(items: &[T], with_bar: bool, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if let [one] = items {
        return vec![work(one)];
    }
    let bar = if with_bar { bar(items.len()) } else { ProgressBar::hidden() };
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
            bar.inc(1);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores.min(items.len())).map(|_| scope.spawn(worker)).collect();
        let all = workers.into_iter().map(|worker| worker.join());
        all.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    bar.finish_and_clear();
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

fn bar(items: usize) -> ProgressBar {
    clear_when_interrupted();
    let bar = ProgressBar::new(items as u64);
    match ProgressStyle::with_template("{bar:30} {pos} of {len} ({eta} left)") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Ctrl-C takes the bar's line away before it ends the program, so that the shell does not write over half a bar.
fn clear_when_interrupted() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // Where somebody else listens, that is theirs to do.
        let _ = ctrlc::set_handler(|| {
            let _ = std::io::stderr().write_all(b"\r\x1b[2K");
            std::process::exit(INTERRUPTED);
        });
    });
}

/// What shells report for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

#[cfg(test)]
mod tests {
    #[test]
    fn results_have_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        let slow_at_first = |item: &u64| {
            std::thread::sleep(std::time::Duration::from_micros(100 - item));
            item * 2
        };
        let expected: Vec<u64> = items.iter().map(|item| item * 2).collect();
        assert_eq!(super::map(&items, false, slow_at_first), expected);
        assert!(super::map(&[], false, |item: &u64| *item).is_empty());
    }
}
