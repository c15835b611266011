//! Writes the seeds as the targets' first corpus: `cargo run --example corpus`, in this folder.

use std::path::Path;

use tabulation::format::Kind;
use tabulation_fuzz::seeds::seeds;

fn main() -> std::io::Result<()> {
    for kind in Kind::ALL {
        let target = kind.name().replace('-', "_");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in seeds(kind).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
