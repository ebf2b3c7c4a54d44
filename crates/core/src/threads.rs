//! Work side by side: two pieces of it, or many that two threads take from.

use crate::budget::Budget;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does two pieces of work: side by side where that is worth a thread and one can be had, else `here` and then `there`.
/// A panic of either is one of the caller.
pub(crate) fn beside<A: Send, B>(is_worth: bool, there: impl Fn() -> A + Sync, here: impl FnOnce() -> B) -> (A, B) {
    if !is_worth || cfg!(target_family = "wasm") {
        let here = here();
        return (there(), here);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().spawn_scoped(scope, &there);
        let here = here();
        let there = match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => there(),
        };
        (there, here)
    })
}

/// What was done of several tasks, and the steps that it took.
pub(crate) type Done<R> = (R, u64);

/// Does tasks side by side where that is worth a thread, `here` only after `first`, which is something else. What is done of
/// each task comes in their order, with its steps: each thread works with a budget of what is left, and it is left to the
/// caller to spend in that order what was done, or to do again what there is no budget for. So nothing depends on who did
/// what.
pub(crate) fn ahead<T: Sync, R: Send, A>(
    is_worth: bool,
    budget: &Budget,
    tasks: &[T],
    work: impl Fn(&Budget, &T) -> R + Sync,
    first: impl FnOnce() -> A,
) -> (A, Vec<Done<R>>) {
    let next = AtomicUsize::new(0);
    let take = || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        Some((number, tasks.get(number)?))
    };
    let all = |budget: &Budget| -> Vec<(usize, Done<R>)> {
        let done = |(number, task): (usize, &T)| {
            let left = budget.left();
            let done = work(budget, task);
            (number, (done, left - budget.left()))
        };
        std::iter::from_fn(take).map(done).collect()
    };
    let other = Mutex::new(budget.fork());
    let there = || all(&other.lock().unwrap_or_else(PoisonError::into_inner));
    let (there, (first, mut done)) = beside(is_worth, there, || (first(), all(&budget.fork())));
    done.extend(there);
    done.sort_unstable_by_key(|(number, _)| *number);
    (first, done.into_iter().map(|(_, done)| done).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_come_in_their_order_with_what_they_took() {
        let (budget, tasks) = (Budget::default(), [3, 1, 2]);
        let work = |budget: &Budget, task: &u64| {
            budget.spend(*task).unwrap();
            task * 2
        };
        for is_worth in [true, false] {
            let (first, done) = ahead(is_worth, &budget, &tasks, work, || "first");
            assert_eq!((first, done), ("first", vec![(6, 3), (2, 1), (4, 2)]));
        }
        assert_eq!(budget.left(), Budget::default().left());
    }

    #[test]
    fn both_are_done_with_threads_and_without() {
        for is_worth in [true, false] {
            let mut done = Vec::new();
            assert_eq!(beside(is_worth, || 1, || done.push(2)).0, 1);
            assert_eq!(done, [2]);
        }
    }
}
