//! Work with bounded memory and time, for programs that somebody else wrote (templates, grammars).
//!
//! A template of forty lines can double a string forty times, and nothing in a template engine counts
//! bytes. So the work runs on a thread of its own, and this crate's allocator counts what that thread
//! holds. An allocation beyond the budget can neither fail (Rust would end the process) nor unwind, so
//! the thread that asked for it stops there for good, and its caller is told. The same happens at its
//! next allocation to a thread that is out of time. A stopped thread keeps at most its budget; whoever
//! runs foreign work again and again counts how often that happened ([`Quota`]).
//!
//! What a stopped thread has locked stays locked: `work` must not be the first to use a library's
//! shared tables.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{mpsc, Arc};
use std::time::{Duration, Instant};

use crate::border::{Failure, Outcome, Status};

struct Budget {
    bytes_left: AtomicI64,
    /// Set by the caller when time is up, by the thread when its bytes are.
    is_over: AtomicBool,
}

thread_local! {
    /// The budget of this thread, if it has one; valid as long as the thread's main function runs.
    static BUDGET: Cell<*const Budget> = const { Cell::new(std::ptr::null()) };
}

struct CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Takes `bytes` (negative: gives back) from the thread's budget; stops the thread when none is left.
fn charge(bytes: i64) {
    // Not reachable while the thread's locals are torn down: then nothing is counted.
    let budget = BUDGET.try_with(Cell::get).unwrap_or(std::ptr::null());
    if budget.is_null() {
        return;
    }
    // SAFETY: `run_counted` keeps the budget alive and clears the pointer before it lets go.
    let budget = unsafe { &*budget };
    let left = budget.bytes_left.fetch_sub(bytes, Ordering::Relaxed) - bytes;
    // A panic goes on: its hook holds locks that others need, and it ends soon.
    let is_over = bytes > 0 && (left < 0 || budget.is_over.load(Ordering::Relaxed));
    if is_over && !std::thread::panicking() {
        budget.is_over.store(true, Ordering::Release);
        loop {
            std::thread::park();
        }
    }
}

// SAFETY: all memory comes from and goes to the system's allocator, unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        charge(layout.size() as i64);
        System.alloc(layout)
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        charge(layout.size() as i64);
        System.alloc_zeroed(layout)
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        charge(-(layout.size() as i64));
        System.dealloc(pointer, layout)
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        charge(size as i64 - layout.size() as i64);
        System.realloc(pointer, layout, size)
    }
}

#[derive(Clone, Copy)]
pub struct Bounds {
    pub memory_bytes: u64,
    pub time: Duration,
    pub stack_bytes: usize,
}

/// How many threads one source of work may leave behind.
pub struct Quota {
    stopped: AtomicUsize,
}

const STOPPED_MAX: usize = 4;

impl Quota {
    pub const fn new() -> Self {
        Quota { stopped: AtomicUsize::new(0) }
    }
}

/// How often the caller looks whether the thread has run out; what ends in time is noticed at once.
const POLL: Duration = Duration::from_millis(5);

/// Runs `work` on a thread of its own, within `bounds`.
pub fn run<T: Send + 'static>(
    bounds: Bounds,
    quota: &Quota,
    work: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    if quota.stopped.load(Ordering::Relaxed) >= STOPPED_MAX {
        return Err(limit("refused: it went beyond its memory or time before"));
    }
    let budget = Arc::new(Budget {
        bytes_left: AtomicI64::new(bounds.memory_bytes as i64),
        is_over: AtomicBool::new(false),
    });
    let (sender, receiver) = mpsc::sync_channel(1);
    let thread_budget = Arc::clone(&budget);
    std::thread::Builder::new()
        .name("bounded".into())
        .stack_size(bounds.stack_bytes)
        .spawn(move || {
            let outcome = run_counted(&thread_budget, work);
            // The receiver is gone when time ran out just now; then nobody wants the outcome.
            let _ = sender.send(outcome);
        })
        .map_err(|e| limit(&format!("no thread to work on: {e}")))?;
    wait(&receiver, &budget, bounds.time, quota)
}

fn run_counted<T>(budget: &Arc<Budget>, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    BUDGET.with(|cell| cell.set(Arc::as_ptr(budget)));
    let outcome = crate::border::caught(work);
    BUDGET.with(|cell| cell.set(std::ptr::null()));
    outcome
}

fn wait<T>(
    receiver: &mpsc::Receiver<Outcome<T>>,
    budget: &Budget,
    time: Duration,
    quota: &Quota,
) -> Outcome<T> {
    let end = Instant::now() + time;
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(outcome) => return outcome,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(Failure { status: Status::Internal, message: "the thread died".into() })
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        let out_of_memory = budget.is_over.load(Ordering::Acquire);
        if out_of_memory || Instant::now() >= end {
            budget.is_over.store(true, Ordering::Release);
            quota.stopped.fetch_add(1, Ordering::Relaxed);
            return Err(limit(if out_of_memory {
                "it needs more memory than it may have"
            } else {
                "it takes more time than it may have"
            }));
        }
    }
}

fn limit(message: &str) -> Failure {
    Failure { status: Status::Limit, message: message.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(memory_bytes: u64, milliseconds: u64) -> Bounds {
        Bounds { memory_bytes, time: Duration::from_millis(milliseconds), stack_bytes: 1 << 20 }
    }

    #[test]
    fn returns_what_the_work_returns() {
        let quota = Quota::new();
        assert_eq!(run(bounds(1 << 20, 5000), &quota, || Ok(vec![7; 1000])).unwrap().len(), 1000);
        let failure = run(bounds(1 << 20, 5000), &quota, || Err::<(), _>(Failure::invalid("no")));
        assert_eq!(failure.unwrap_err().message, "no");
        let panic = run(bounds(1 << 20, 5000), &quota, || -> Outcome<()> { panic!("oh") });
        assert_eq!(panic.unwrap_err().status, Status::Internal);
    }

    #[test]
    fn memory_given_back_counts_no_more() {
        let quota = Quota::new();
        let outcome = run(bounds(1 << 20, 5000), &quota, || {
            for _ in 0..1000 {
                std::hint::black_box(vec![1u8; 500_000]);
            }
            Ok(())
        });
        assert!(outcome.is_ok());
    }

    #[test]
    fn stops_what_takes_too_much_and_then_refuses_it() {
        let quota = Quota::new();
        for _ in 0..STOPPED_MAX {
            let failure = run(bounds(1 << 20, 5000), &quota, || Ok(vec![0u8; 2 << 20])).unwrap_err();
            assert_eq!(failure.status, Status::Limit);
            assert!(failure.message.contains("memory"));
        }
        let refused = run(bounds(1 << 20, 5000), &quota, || Ok(())).unwrap_err();
        assert!(refused.message.contains("before"));
    }

    #[test]
    fn stops_what_takes_too_long() {
        let quota = Quota::new();
        let failure = run(bounds(1 << 20, 50), &quota, || -> Outcome<()> {
            loop {
                std::hint::black_box(vec![1u8; 10]);
            }
        });
        assert!(failure.unwrap_err().message.contains("time"));
    }
}
