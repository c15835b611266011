//! What a ballot costs: reading it, checking its signature, logging it.
//!
//! `cargo bench -p crypto`

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use crypto::{Envelope, Hash, PublicKey, SigningKey, Tree, canonical, leaf_hash};
use serde::{Deserialize, Serialize};

/// As large and as nested as a ballot's payload.
#[derive(Serialize, Deserialize)]
struct Ballot {
    contests: Vec<Entry>,
    manifest: Hash,
    nonce: Hash,
    origin: String,
    principal: String,
    supersedes: Hash,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    contest: String,
    ranking: Vec<Vec<u16>>,
}

fn ballot() -> Ballot {
    let entry = |name: &str| Entry {
        contest: name.to_owned(),
        ranking: (0..8).map(|place| vec![2 * place, 2 * place + 1]).collect(),
    };
    Ballot {
        contests: vec![entry("steering-committee"), entry("charter-amendment")],
        manifest: Hash::of(b"manifest"),
        nonce: Hash::of(b"nonce"),
        origin: "vote.example.org/technical".to_owned(),
        principal: "github:some-contributor".to_owned(),
        supersedes: Hash::of(b"earlier"),
    }
}

fn canonical_json(c: &mut Criterion) {
    let bytes = canonical::encode(&ballot()).unwrap_or_default();
    let mut group = c.benchmark_group(format!("canonical JSON, {} bytes", bytes.len()));
    group.bench_function("check", |b| b.iter(|| canonical::check(black_box(&bytes))));
    group.bench_function("decode", |b| {
        b.iter(|| canonical::decode::<Ballot>(black_box(&bytes)));
    });
    group.bench_function("encode", |b| b.iter(|| canonical::encode(black_box(&ballot()))));
}

fn signatures(c: &mut Criterion) {
    let key = SigningKey::from_seed(&[7; 32]);
    let message = canonical::encode(&ballot()).unwrap_or_default();
    let (public, signature) = (key.public(), key.sign(&message));
    c.bench_function("sign", |b| b.iter(|| key.sign(black_box(&message))));
    c.bench_function("verify_strict", |b| {
        b.iter(|| public.verify(black_box(&message), black_box(&signature)));
    });
    c.bench_function("read a public key", |b| {
        b.iter(|| PublicKey::from_bytes(black_box(public.as_bytes())));
    });
}

fn envelopes(c: &mut Criterion) {
    let payload = canonical::encode(&ballot()).unwrap_or_default();
    let key = SigningKey::from_seed(&[7; 32]);
    let kind = "application/vnd.bicameral.v1.technical.ballot+json";
    let bytes = Envelope::new(kind, payload).and_then(|mut envelope| {
        envelope.sign(&key)?;
        envelope.encode()
    });
    let bytes = bytes.unwrap_or_default();
    c.bench_function("envelope decode", |b| b.iter(|| Envelope::decode(black_box(&bytes))));
    c.bench_function("leaf hash", |b| b.iter(|| leaf_hash(black_box(&bytes))));
}

fn merkle(c: &mut Criterion) {
    let leaf = leaf_hash(b"leaf");
    c.bench_function("Merkle push, 1,000 leaves", |b| {
        b.iter(|| std::iter::repeat_n(black_box(leaf), 1000).collect::<Tree>());
    });
    let tree: Tree = std::iter::repeat_n(leaf, 100_000).collect();
    c.bench_function("inclusion proof of 100,000", |b| {
        b.iter(|| tree.inclusion(black_box(crypto::LeafIndex(54_321)), tree.size()));
    });
}

criterion_group!(benches, canonical_json, signatures, envelopes, merkle);
criterion_main!(benches);
