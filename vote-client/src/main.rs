//! `vote-client`: see `vote-client --help`.

fn main() -> std::process::ExitCode {
    vote_client::cmd::run(std::env::args_os())
}
