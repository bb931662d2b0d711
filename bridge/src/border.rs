//! The C border: owned texts, status codes, and the guard that no panic gets past.

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::sync::Once;

#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Ok = 0,
    Invalid = 1,
    Limit = 2,
    Internal = 3,
}

#[derive(Debug)]
pub struct Failure {
    pub status: Status,
    pub message: String,
}

impl Failure {
    pub fn invalid(message: impl Into<String>) -> Self {
        Failure { status: Status::Invalid, message: message.into() }
    }
}

pub type Outcome<T> = Result<T, Failure>;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes {
    pub data: *const u8,
    pub size: usize,
}

impl Bytes {
    /// # Safety
    /// `data` points to `size` bytes that live and stay unchanged for `'a`, or `size` is 0.
    pub unsafe fn as_slice<'a>(self) -> &'a [u8] {
        if self.size == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.data, self.size)
    }

    /// # Safety
    /// As [`Bytes::as_slice`].
    pub unsafe fn as_str<'a>(self) -> Outcome<&'a str> {
        std::str::from_utf8(self.as_slice())
            .map_err(|e| Failure::invalid(format!("not UTF-8 at byte {}", e.valid_up_to())))
    }
}

/// A text owned by this side (`outpost_text`).
pub struct Text(String);

/// Messages are for people: long ones (a grammar echoed back) are cut.
const MESSAGE_BYTES_MAX: usize = 2000;

fn shortened(mut message: String) -> String {
    // Panics come with a backtrace, of use to nobody who reads the message.
    if let Some(at) = message.find("\n<backtrace>") {
        message.truncate(at);
    }
    if message.len() > MESSAGE_BYTES_MAX {
        let cut = (0..=MESSAGE_BYTES_MAX).rev().find(|&at| message.is_char_boundary(at));
        message.truncate(cut.unwrap_or(0));
        message.push_str("...");
    }
    message
}

/// Runs `work`; on success its value goes to `out`, on failure a message to `error`.
///
/// # Safety
/// `out` and `error` are valid for writing.
pub unsafe fn guard<T>(
    out: *mut T,
    error: *mut *mut Text,
    work: impl FnOnce() -> Outcome<T>,
) -> Status {
    let outcome = caught(work);
    match outcome {
        Ok(value) => {
            out.write(value);
            Status::Ok
        }
        Err(failure) => {
            error.write(Box::into_raw(Box::new(Text(shortened(failure.message)))));
            failure.status
        }
    }
}

thread_local! {
    /// The message of the panic that is being caught on this thread; none: panics print as usual.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

static INSTALL_HOOK: Once = Once::new();

/// Keeps the texts of panics that are caught off the standard error stream. Takes no backtrace: that
/// needs a lock and memory, which bounded work may not have.
fn install_hook() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_ours = CAUGHT.with(|caught| match caught.borrow_mut().as_mut() {
            Some(message) => {
                *message = info.to_string();
                true
            }
            None => false,
        });
        if !is_ours {
            previous(info);
        }
    }));
}

/// Runs `work`; a panic becomes an internal failure.
pub fn caught<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    INSTALL_HOOK.call_once(install_hook);
    let outer = CAUGHT.replace(Some(String::new()));
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(work));
    let message = CAUGHT.replace(outer).unwrap_or_default();
    outcome.unwrap_or(Err(Failure { status: Status::Internal, message }))
}

pub fn boxed<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// # Safety
/// `pointer` came from [`boxed`] and is not used again, or is null.
pub unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        drop(Box::from_raw(pointer));
    }
}

pub fn owned_text(text: String) -> *mut Text {
    boxed(Text(text))
}

/// # Safety
/// `text` is live.
#[no_mangle]
pub unsafe extern "C" fn outpost_text_bytes(text: *const Text) -> Bytes {
    let text = &*text;
    Bytes { data: text.0.as_ptr(), size: text.0.len() }
}

/// # Safety
/// `text` came from this library and is not used again.
#[no_mangle]
pub unsafe extern "C" fn outpost_text_free(text: *mut Text) {
    free(text);
}
