//! What the fuzz targets share with the ordinary tests, which take these two files by path.

pub mod fuzz_bodies;
pub mod seeds;
