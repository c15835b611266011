//! The vote server.

fn main() -> std::process::ExitCode {
    vote_server::cli::main()
}
