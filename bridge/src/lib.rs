//! What Outpost takes from the Rust world, behind the C header in ../include/outpost_bridge.h.
//!
//! Each exported function checks its pointers, runs its work inside [`border::guard`], which turns
//! errors and panics into a status and a message, and hands results over as boxed opaque types.

mod border;
mod bounded;
mod grammar;
mod lark_json;
mod python_builtins;
mod python_text;
mod schema_check;
mod strftime;
mod template;
mod vocabulary;
