//! The one tree, wherever it lies: `head`, and the files it names under `sha256/`.

#[cfg(feature = "s3")]
use super::bucket::Bucket;
use super::folder::Folder;
use super::place::Place;
use crate::failure::Outcome;
use credential::publication::File;
use std::collections::HashSet;

/// A tree that this process may change.
#[derive(Debug)]
pub enum Tree {
    /// In a folder.
    Folder(Folder),
    /// In an object store.
    #[cfg(feature = "s3")]
    Bucket(Box<Bucket>),
}

/// The same expression on either.
macro_rules! either {
    ($self:expr, $tree:ident => $folder:expr, $bucket:expr) => {
        match $self {
            Tree::Folder($tree) => $folder,
            #[cfg(feature = "s3")]
            Tree::Bucket($tree) => $bucket,
        }
    };
}

impl Tree {
    /// Opens or makes the tree, and reads its head. `only_publisher`: the caller vouches that nobody else publishes there,
    /// which a folder finds out by itself.
    pub async fn open(place: &Place, only_publisher: bool) -> Outcome<Self> {
        match place {
            Place::Folder(path) => Ok(Self::Folder(Folder::open(path)?)),
            #[cfg(feature = "s3")]
            Place::Bucket { bucket, prefix } => {
                let bucket = Bucket::open(bucket, prefix, place, only_publisher).await?;
                Ok(Self::Bucket(Box::new(bucket)))
            }
            #[cfg(not(feature = "s3"))]
            Place::Bucket { .. } => {
                let _ = only_publisher;
                Err(crate::failure::Failure::Tree {
                    place: place.to_string(),
                    fault: super::Fault::NotBuilt,
                })
            }
        }
    }

    /// The head as it was when the tree was opened. Whatever is read elsewhere after that is at least as new, and no other
    /// head takes this one's place without [`Tree::replace_head`] noticing.
    pub fn head(&self) -> Option<&[u8]> {
        either!(self, tree => tree.head(), tree.head())
    }

    /// Where it is, for people.
    pub fn place(&self) -> String {
        either!(self, tree => tree.name(), tree.name())
    }

    /// A head of before, by its hash.
    pub async fn get(&self, hash: &[u8; 32]) -> Outcome<Option<Vec<u8>>> {
        either!(self, tree => tree.get(hash), tree.get(hash).await)
    }

    /// Whether a file is there and whole. A folder is read for that; a store is believed, who took it by its hash.
    pub fn has(&self, file: &File) -> bool {
        either!(self, tree => tree.has(file), tree.has(file))
    }

    /// A file's content, where it is whole and unaltered.
    pub async fn content(&self, file: &File) -> Outcome<Option<Vec<u8>>> {
        either!(self, tree => tree.content(file), tree.content(file).await)
    }

    /// Writes files that are not there. Returns how many those were; all are durable then.
    pub async fn put(&mut self, files: &[(&File, &[u8])]) -> Outcome<usize> {
        either!(self, tree => tree.put(files), tree.put(files).await)
    }

    /// From here on readers see the new tree. Every file that the head names is there and durable.
    pub async fn replace_head(&mut self, bytes: &[u8]) -> Outcome<()> {
        either!(self, tree => tree.replace_head(bytes), tree.replace_head(bytes).await)
    }

    /// Whether old files are looked for now: in a folder always; in a store, where finding out what may go takes a request
    /// for each head of the last days, with the first change of a day.
    pub fn sweeps(&self, changed: bool, now: i64) -> bool {
        #[cfg(not(feature = "s3"))]
        let _ = (changed, now);
        either!(self, _tree => true, _tree.sweeps(changed, now))
    }

    /// Removes every file that is not to be kept. Returns how many.
    pub async fn sweep(&mut self, keep: &HashSet<[u8; 32]>, now: i64) -> Outcome<usize> {
        #[cfg(not(feature = "s3"))]
        let _ = now;
        either!(self, tree => tree.sweep(keep), tree.sweep(keep, now).await)
    }
}
