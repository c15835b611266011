//! The examples of NIST SP 1500-103: no result is published, but every record of the contest asked
//! for must be read.

use std::io::BufReader;
use std::path::Path;

use tabulation::format::Kind;
use tabulation::format::ballots::{self, ReadOptions};

use crate::manifest::{Row, same};
use crate::{Mismatch, Outcome};

pub(crate) fn run(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let path = folder.join(&row.file);
    for (name, contest) in [("example_1.xml", "_C1"), ("example_2.xml", "_5TS")] {
        let path = path.with_file_name(name);
        let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
        let options = ReadOptions { contest: Some(contest), ..ReadOptions::of(Kind::NistXml) };
        let read = ballots::read(BufReader::new(file), &options).map_err(|e| e.to_string())?;
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let text = text.replace("cdf:", "");
        let records = text.split("<CVR>").skip(1);
        let asked = format!("<ContestId>{contest}</ContestId>");
        let records = records.filter(|record| record.contains(&asked)).count();
        same(name, &read.ballots.total().heads, &u64::try_from(records).unwrap())?;
    }
    Ok(Outcome::Met)
}
