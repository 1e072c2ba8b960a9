//! A key with a table of its multiples: R′ = s·B − k·A takes additions only, no doubling.

use alloc::sync::Arc;

use super::IssuerKey;
use super::point::Point;
use super::signature::Signature;
use super::table::{Shape, Table};

/// How much memory a key's table may take. More memory: fewer additions, a longer build, and more that a
/// cold cache has to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableSize {
    /// 8 kB: for every issuer of a trust list.
    Tiny,
    /// 104 kB: the key is checked often.
    Small,
    /// 524 kB: a batch or a scanner with one issuer before it.
    Medium,
    /// 3 MB: bulk checks of one issuer.
    Large,
}

impl TableSize {
    fn shape(self) -> Shape {
        let (window, stride) = match self {
            TableSize::Tiny => (4, 8),
            TableSize::Small => (5, 1),
            TableSize::Medium => (8, 1),
            TableSize::Large => (11, 1),
        };
        Shape { window, stride }
    }
}

/// The multiples of the base point, shared by all keys: build it once.
#[derive(Clone)]
pub struct BaseTable(Arc<Table>);

impl BaseTable {
    /// [`TableSize::Tiny`] gives a [`TableSize::Small`] one: this table has to do without doublings.
    pub fn new(size: TableSize) -> BaseTable {
        let window = size.shape().window.max(5);
        let shape = Shape { window, stride: 1 };
        BaseTable(Arc::new(Table::new(&Point::BASE, shape)))
    }
}

/// An [`IssuerKey`] with the multiples of −A.
pub struct PreparedKey {
    key: IssuerKey,
    base: BaseTable,
    minus_a: Table,
}

impl PreparedKey {
    /// Makes the table of multiples of the key.
    pub fn new(key: &IssuerKey, base: &BaseTable, size: TableSize) -> PreparedKey {
        PreparedKey {
            key: key.clone(),
            base: base.clone(),
            minus_a: Table::new(&key.point().neg(), size.shape()),
        }
    }

    /// The key without its table.
    pub fn key(&self) -> &IssuerKey {
        &self.key
    }

    /// Memory of this key's own table, without the base table.
    pub fn table_bytes(&self) -> usize {
        self.minus_a.bytes()
    }

    /// The same answer as [`IssuerKey::verify`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.verify_parts(&[message], signature)
    }

    /// The same answer as [`IssuerKey::verify_parts`].
    pub fn verify_parts(&self, message: &[&[u8]], signature: &[u8; 64]) -> bool {
        self.recompute(message, signature)
            .is_some_and(|(point, r)| point.compress() == *r)
    }

    /// R′ = s·B − k·A and the R it must equal; `None` for a signature that is refused unseen.
    #[inline]
    pub(super) fn recompute<'a>(
        &self,
        message: &[&[u8]],
        signature: &'a [u8; 64],
    ) -> Option<(Point, &'a [u8; 32])> {
        let signature = Signature::parse(signature)?;
        let k = signature.challenge(self.key.bytes(), message);
        let sum = self.minus_a.multiple(k.as_bytes());
        let sum = self.base.0.add_multiple(sum, signature.s.as_bytes());
        Some((sum, signature.r))
    }
}
