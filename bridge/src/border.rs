//! The C border: owned texts, status codes, and the guard that no panic gets past.

use std::panic::AssertUnwindSafe;

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

/// llguidance's catcher, which also keeps the panic's text off the standard error stream.
fn caught<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let mut outcome = None;
    let result = llguidance::panic_utils::catch_unwind(AssertUnwindSafe(|| {
        outcome = Some(work());
        Ok(())
    }));
    match (result, outcome) {
        (Ok(()), Some(outcome)) => outcome,
        (Err(panic), _) => Err(Failure { status: Status::Internal, message: panic.to_string() }),
        (Ok(()), None) => unreachable!("the work ran"),
    }
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
