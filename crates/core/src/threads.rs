//! Two pieces of work side by side.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_with_threads_and_without() {
        for is_worth in [true, false] {
            let mut done = Vec::new();
            assert_eq!(beside(is_worth, || 1, || done.push(2)).0, 1);
            assert_eq!(done, [2]);
        }
    }
}
