//! What is kept on this machine: key files, receipts, codes. Nothing is overwritten silently, secrets
//! are readable by their owner only, and whatever is read has a limit.

mod home;
mod keys;
mod passphrase;
mod store;

pub use home::{Home, HomeError, MAX_RECEIPT_BYTES, read_receipt, receipt_json};
pub use keys::{
    CHEAP_KDF_VARIABLE, KeyStoreError, StoredKey, check_label, kdf_params, label, open_key,
    read_key, seal_key,
};
pub use passphrase::{Passphrase, PassphraseError, PassphraseSource};
pub use store::{FileError, Private, read, read_text, replace, write_new};
