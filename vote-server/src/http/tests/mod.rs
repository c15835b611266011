//! The server over real sockets, with a foundation whose every statement was made beforehand.

mod documented;
mod edges;
mod harness;
mod pages;
mod refusals;
mod whole;
