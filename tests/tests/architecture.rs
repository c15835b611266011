//! The house's plan, held against what Cargo sees: who may use whom, and what pure crates never do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Crate → the crates of ours it may use. The table of ARCHITECTURE.md.
const MAY_USE: [(&str, &[&str]); 6] = [
    ("crypto", &[]),
    ("tabulation", &[]),
    ("election", &["crypto", "tabulation"]),
    ("vote-server", &["crypto", "tabulation", "election"]),
    ("vote-client", &["crypto", "tabulation", "election"]),
    ("bicameral-tests", &["crypto", "tabulation", "election", "vote-server", "vote-client"]),
];

/// What would let a pure crate do I/O, wait, or find its own randomness.
const IMPURE: [&str; 8] =
    ["tokio", "axum", "sqlx", "ureq", "hyper", "rand", "getrandom", "tracing"];
const PURE: [&str; 3] = ["crypto", "tabulation", "election"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Package → the names of its direct dependencies, those for tests and benches left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let direct = |package: &serde_json::Value| {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        dependencies
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    packages.iter().map(|p| (p["name"].as_str().expect("a name").to_owned(), direct(p))).collect()
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let found = dependencies();
    let planned: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let actual: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(actual, planned, "the workspace has other crates than ARCHITECTURE.md says");
    for (name, allowed) in MAY_USE {
        let ours = found[name].iter().filter(|dependency| planned.contains(dependency.as_str()));
        let forbidden: Vec<_> = ours.filter(|d| !allowed.contains(&d.as_str())).collect();
        assert!(forbidden.is_empty(), "{name} may not use {forbidden:?}");
    }
}

#[test]
fn pure_crates_have_no_way_to_the_outside() {
    let found = dependencies();
    for name in PURE {
        let impure: Vec<_> = found[name].iter().filter(|d| IMPURE.contains(&d.as_str())).collect();
        assert!(impure.is_empty(), "{name} is pure and may not use {impure:?}");
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Code without its comments, and without what only tests see.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source file");
    let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn pure_crates_do_no_io_and_use_no_floats() {
    let banned = ["std::fs", "std::net", "std::env", "std::io::std", "SystemTime", "Instant::now"];
    for name in PURE {
        for path in sources(&root().join(name).join("src")) {
            let is_tests = path.file_stem().is_some_and(|stem| stem == "tests");
            let code = if is_tests { continue } else { code(&path) };
            for word in banned {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
            // The canonical encoder has to name them in the two functions that refuse them.
            let refusals = ["fn serialize_f32(self, _: f32)", "fn serialize_f64(self, _: f64)"];
            let code = refusals.iter().fold(code, |code, refusal| code.replace(refusal, ""));
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            let float = words.into_iter().find(|word| *word == "f32" || *word == "f64");
            assert!(float.is_none(), "{} uses {float:?}", path.display());
        }
    }
}

#[test]
fn counting_and_cryptography_know_nothing_of_pools() {
    for name in ["crypto", "tabulation"] {
        for path in sources(&root().join(name).join("src")) {
            let code = code(&path);
            for word in ["PoolId", "Technical", "Business"] {
                assert!(!code.contains(word), "{} knows {word}", path.display());
            }
        }
    }
}

#[test]
fn sql_stands_in_storage_only() {
    for path in sources(&root().join("vote-server/src")) {
        if path.components().any(|part| part.as_os_str() == "storage") {
            continue;
        }
        let code = code(&path);
        for word in ["sqlx::query", "INSERT INTO", "SELECT "] {
            assert!(!code.contains(word), "{} holds SQL: {word}", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |backend: &str| -> BTreeSet<String> {
        std::fs::read_dir(root().join("migrations").join(backend))
            .expect("a folder of migrations")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
