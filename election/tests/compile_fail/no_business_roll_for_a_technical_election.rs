use election::manifest::Manifest;
use election::pool::{Business, Pool, Technical};
use election::roll::Roll;

fn seal<P: Pool>(_manifest: &Manifest<P>, _roll: &Roll<P>) {}

fn main() {
    fn attempt(manifest: &Manifest<Technical>, roll: &Roll<Business>) {
        seal(manifest, roll);
    }
}
