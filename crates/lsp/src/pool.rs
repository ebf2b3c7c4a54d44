//! Threads that answer requests: one that panics answers with an error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads that take jobs in turn.
#[derive(Debug)]
pub struct Pool {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// So many threads.
    pub fn new(count: usize) -> Pool {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let threads = (0..count).filter_map(|_| {
            let queue = queue.clone();
            std::thread::Builder::new().stack_size(16 << 20).spawn(move || work(&queue)).ok()
        });
        Pool { jobs: Some(jobs), threads: threads.collect() }
    }

    /// Has one of the threads do a job.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // The threads live as long as the pool.
            let _ = jobs.send(Box::new(job));
        }
    }

    /// Waits for what was begun.
    pub fn end(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A job answers for itself; what is left of a panic is nothing.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// What `work` gives; the words of its panic where it panics.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("a panic without words").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_neither_the_thread_nor_the_pool() {
        assert_eq!(caught(|| panic!("no")), Err::<(), _>("no".to_owned()));
        let mut pool = Pool::new(1);
        let (sender, results) = channel();
        pool.run(|| panic!("no"));
        pool.run(move || sender.send(1).unwrap());
        assert_eq!(results.recv(), Ok(1));
        pool.end();
    }
}
