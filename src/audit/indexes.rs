//! Indexes of lists that are given in a secret order: each was reserved, and no two documents have the same.

use super::Report;
use crate::domain::document::Document;
use crate::domain::ids::ListId;
use crate::domain::permutation::Permutation;
use crate::failure::Outcome;
use crate::store::{Tx, status_lists};
use credential::status_list::SHARD;
use std::collections::{BTreeSet, HashMap};

/// The lists met so far; each takes 150 kB.
#[derive(Default)]
pub(super) struct Indexes(HashMap<ListId, Option<Seen>>);

struct Seen {
    order: Permutation,
    /// How many places are reserved.
    used: u32,
    /// A bit for each index.
    taken: Vec<u64>,
}

impl Indexes {
    /// Notes a page's documents, and reports whose index cannot be theirs.
    pub async fn of(&mut self, tx: &mut Tx, page: &[Document], report: &mut Report) -> Outcome<()> {
        let lists: BTreeSet<ListId> = page.iter().map(|d| d.place.list).collect();
        for list in lists {
            self.read(tx, list).await?;
        }
        for document in page {
            let Some(Some(seen)) = self.0.get_mut(&document.place.list) else {
                continue;
            };
            let (place, index) = (super::documents::place(document.id), document.place.index);
            if index >= SHARD || seen.order.place(index) >= seen.used {
                report.fault(place, "its status index was never reserved");
                continue;
            }
            let (word, bit) = (index as usize / 64, 1 << (index % 64));
            if seen.taken[word] & bit != 0 {
                report.fault(place, "its status index is another document's too");
            }
            seen.taken[word] |= bit;
        }
        Ok(())
    }

    /// How far a list's places are reserved by now; nothing of lists whose indexes are drawn one by one.
    async fn read(&mut self, tx: &mut Tx, list: ListId) -> Outcome<()> {
        if let Some(None) = self.0.get(&list) {
            return Ok(());
        }
        let ordered = status_lists::ordered(tx, list).await?;
        match (ordered, self.0.get_mut(&list)) {
            (Some((_, used)), Some(Some(seen))) => seen.used = used,
            (Some((seed, used)), _) => {
                let seen = Seen {
                    order: Permutation::new(&seed),
                    used,
                    taken: vec![0; SHARD as usize / 64],
                };
                self.0.insert(list, Some(seen));
            }
            (None, _) => {
                self.0.insert(list, None);
            }
        }
        Ok(())
    }
}
