//! x
use super::{Context, Done};
use anyhow::Result;
/// x
#[derive(clap::Subcommand, Debug)]
pub enum Command {}
pub(super) fn run(command: &Command, _: &Context) -> Result<Done> {
    match *command {}
}
