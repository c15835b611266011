//! The one style sheet. It is part of the program and its name holds its hash, so that a browser may
//! keep it for ever and never shows a page with another version's style.

use std::sync::LazyLock;

use crypto::Hash;

/// The style sheet.
pub const CSS: &str = include_str!("../../templates/board.css");

static NAME: LazyLock<String> = LazyLock::new(|| {
    let hash: String = Hash::of(CSS.as_bytes()).to_string().chars().take(16).collect();
    format!("board-{hash}.css")
});
static PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", css_name()));

/// The style sheet's file name.
pub fn css_name() -> &'static str {
    &NAME
}

/// The style sheet's path.
pub fn css_path() -> &'static str {
    &PATH
}
