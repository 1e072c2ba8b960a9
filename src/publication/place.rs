//! Where a tree is published.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A folder, or a place in an object store that speaks S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket.
    Bucket {
        /// Its name.
        bucket: String,
        /// What the names of all objects begin with, without slashes around it; may be empty.
        prefix: String,
    },
}

impl FromStr for Place {
    type Err = String;

    /// Reads a path or `s3://BUCKET/PREFIX`. Nothing else that looks like an address is taken for a folder's name.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::Folder(text.into()));
        };
        if scheme != "s3" {
            return Err("must be a folder, or s3://BUCKET/PREFIX".to_string());
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
        if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(letter) {
            return Err("a bucket's name has 3 to 63 of a-z, 0-9, - . _".to_string());
        }
        let prefix = prefix.trim_end_matches('/');
        let odd = |part: &str| matches!(part, "" | "." | "..");
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
        if !prefix.is_empty() && (prefix.split('/').any(odd) || !prefix.chars().all(plain)) {
            return Err(
                "a prefix is names of a-z, A-Z, 0-9, - . _ with / between them".to_string(),
            );
        }
        Ok(Self::Bucket {
            bucket: bucket.to_string(),
            prefix: prefix.to_string(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_buckets_are_told_apart() {
        for (text, shown) in [
            ("/srv/ikd", "/srv/ikd"),
            ("s3/ikd", "s3/ikd"),
            ("s3://ikd-public", "s3://ikd-public"),
            ("s3://ikd-public/", "s3://ikd-public"),
            ("s3://ikd.public/a/b_2/", "s3://ikd.public/a/b_2"),
        ] {
            let place: Place = text.parse().unwrap();
            assert_eq!(place.to_string(), shown);
            let folder = matches!(place, Place::Folder(_));
            assert_eq!(folder, !text.contains("://"), "{text}");
        }
        for bad in [
            "gs://bucket/a",
            "https://host/a",
            "S3://bucket",
            "s3://",
            "s3://ab/x",
            "s3://Bucket",
            "s3://bucket//a",
            "s3://bucket/a/../b",
            "s3://bucket/a?b",
            "s3://key:secret@bucket/a",
        ] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }
}
