//! The national bundle of a publication, and the delta from the one before (docs/FORMAT.md §18). Both are made from the
//! signed status lists that are published beside them, so the two forms agree, and are read back before they count.

use crate::failure::{Failure, Outcome};
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::national::issue::{self, Draft};
use credential::national::{Builder, Delta, National};
use credential::publication::{NATIONAL, NATIONAL_DELTA};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;

/// Whose signature, and by whom it counts.
pub struct Signing<'a> {
    /// The publisher's key.
    pub kid: KeyId,
    /// Puts its signature under what it is given.
    pub sign: &'a dyn Fn(Unsigned) -> Outcome<Vec<u8>>,
    /// The trust list that names the key.
    pub trust: &'a TrustList,
}

/// Names and contents: the bundle, and the delta from `parent` where one can be made.
pub fn files(
    lists: &StatusLists,
    draft: &Draft,
    parent: Option<Vec<u8>>,
    by: &Signing<'_>,
) -> Outcome<Vec<(String, Vec<u8>)>> {
    let refused = || Failure::NotPublishable("the national bundle");
    let mut builder = Builder::new();
    for (iss, list) in lists.iter() {
        let added = builder.shard(iss, &list.sub, list.list.len(), list.list.not_zero());
        added.map_err(|_| refused())?;
    }
    let body = builder.finish();
    let head = (by.sign)(issue::unsigned(by.kid, draft, &body))?;
    let file = issue::file(&head, body.bytes());
    let next = National::open(file, by.trust).map_err(|_| refused())?;
    let says_the_same = lists.iter().all(|(iss, list)| {
        let shard = next.shard(iss, &list.sub);
        shard.is_some_and(|shard| shard.non_valid().eq(list.list.not_zero()))
    });
    if !says_the_same {
        return Err(refused());
    }
    let mut files = vec![];
    // After a change of the publisher's key the one before cannot be followed: verifiers take the whole bundle.
    let parent = parent.and_then(|file| National::open(file, by.trust).ok());
    if let Some(parent) = parent
        && let Some(body) = issue::delta(&parent, &next)
    {
        let head = (by.sign)(issue::unsigned_delta(by.kid, &body, &head))?;
        let file = issue::file(&head, body.bytes());
        let read = Delta::open(&file[..], by.trust).and_then(|delta| delta.rebuild(&parent));
        if !read.is_ok_and(|rebuilt| rebuilt == next.file()) {
            return Err(Failure::NotPublishable("the delta of the national bundle"));
        }
        files.push((format!("{NATIONAL_DELTA}{}", parent.head().version), file));
    }
    files.push((NATIONAL.to_string(), next.file().to_vec()));
    Ok(files)
}
