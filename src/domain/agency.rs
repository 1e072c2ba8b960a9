//! The terms of an agency's agreement: which changes it hears of, and which elements of them it gets.

use super::ids::RegionPrefix;
use credential::date::Date;
use credential::ids::BadId;
use credential::kinds;

/// An element of a change that an agreement may allow. Nothing else is ever handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// The kind of the document.
    Kind,
    /// The number printed on it: NIK, KK number, number of a letter or deed. Personal data.
    DocumentNumber,
    /// Its id at the issuer.
    DocumentId,
    /// What happened, and when.
    Change,
    /// Name of its status list and index in it.
    Status,
    /// When it was issued.
    IssueDate,
}

impl Element {
    /// Every element, in the order of the wire.
    pub const ALL: [Self; 6] = [
        Self::Kind,
        Self::DocumentNumber,
        Self::DocumentId,
        Self::Change,
        Self::Status,
        Self::IssueDate,
    ];

    /// Its name in the database, on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::DocumentNumber => "document_number",
            Self::DocumentId => "document_id",
            Self::Change => "change",
            Self::Status => "status",
            Self::IssueDate => "issue_date",
        }
    }
}

/// The elements of an agreement; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elements(Vec<Element>);

impl Elements {
    /// Parses names with commas between.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "elements",
            rule: "must be some of kind, document_number, document_id, change, status, issue_date, with commas between",
        };
        let find = |name: &str| Element::ALL.into_iter().find(|e| e.name() == name.trim());
        let found: Option<Vec<_>> = text.split(',').map(find).collect();
        let mut found = found.ok_or(wrong)?;
        found.sort_unstable();
        found.dedup();
        Ok(Self(found))
    }

    /// Whether the agreement allows that element.
    pub fn allow(&self, element: Element) -> bool {
        self.0.contains(&element)
    }

    /// As it is stored and shown.
    pub fn to_text(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|e| e.name()).collect();
        names.join(",")
    }
}

/// The kinds an agency hears of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kinds {
    /// All, also those that come later.
    All,
    /// Those with these numbers, ascending.
    Some(Vec<u8>),
}

impl Kinds {
    /// Parses slugs with commas between, or `all`.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        if text.trim() == "all" {
            return Ok(Self::All);
        }
        let wrong = BadId {
            what: "kinds",
            rule: "must be `all`, or kinds of documents like ktp,kk",
        };
        let find = |slug: &str| kinds::by_slug(slug.trim()).map(|kind| kind.number);
        let found: Option<Vec<u8>> = text.split(',').map(find).collect();
        let mut found = found.ok_or(wrong)?;
        found.sort_unstable();
        found.dedup();
        Ok(Self::Some(found))
    }

    /// From its form in the database: numbers with commas between, nothing for all.
    pub fn from_stored(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::All);
        }
        let numbers: Result<_, _> = text.split(',').map(str::parse).collect();
        numbers.ok().map(Self::Some)
    }

    /// Its form in the database.
    pub fn to_stored(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Some(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(u8::to_string).collect();
                numbers.join(",")
            }
        }
    }

    /// Slugs with commas between, or `all`.
    pub fn to_text(&self) -> String {
        let slug = |n: &u8| kinds::by_number(u64::from(*n)).map_or("?", |kind| kind.slug);
        match self {
            Self::All => "all".into(),
            Self::Some(numbers) => numbers.iter().map(slug).collect::<Vec<_>>().join(","),
        }
    }

    /// Whether it hears of that kind.
    pub fn include(&self, kind: u8) -> bool {
        match self {
            Self::All => true,
            Self::Some(numbers) => numbers.contains(&kind),
        }
    }
}

/// What an agreement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Of which kinds.
    pub kinds: Kinds,
    /// Of which region.
    pub region: RegionPrefix,
    /// Which elements.
    pub elements: Elements,
    /// First second.
    pub valid_from: i64,
    /// Last second.
    pub valid_to: i64,
    /// Since when it gets nothing.
    pub cut_off: Option<i64>,
}

impl Terms {
    /// Whether a change of a document of that kind and region, made then, is for this agency.
    pub fn cover(&self, kind: u8, region: &str, at: i64) -> bool {
        self.kinds.include(kind)
            && region.starts_with(self.region.as_str())
            && (self.valid_from..=self.valid_to).contains(&at)
    }

    /// Whether anything may be handed over now; else what became of the agreement.
    pub fn stand(&self, now: i64) -> Result<(), &'static str> {
        if self.cut_off.is_some() {
            return Err("was cut off");
        }
        if now < self.valid_from {
            return Err("has not begun");
        }
        if now > self.valid_to {
            return Err("has ended");
        }
        Ok(())
    }
}

/// The half-year of a second, in WIB: `2026-2`. Usage is reported for each (Permendagri 102/2019).
pub fn half_year(at: i64) -> String {
    let (year, month, _) = Date::at_wib(at).map_or((1970, 1, 1), Date::ymd);
    format!("{year}-{}", if month <= 6 { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_cover_kind_region_and_time() {
        let terms = Terms {
            kinds: Kinds::parse("kk, ktp").unwrap(),
            region: RegionPrefix::parse("3273").unwrap(),
            elements: Elements::parse("change,kind").unwrap(),
            valid_from: 100,
            valid_to: 200,
            cut_off: None,
        };
        assert!(terms.cover(1, "3273011001", 100) && terms.cover(2, "3273011001", 200));
        for (kind, region, at) in [
            (3, "3273011001", 150),
            (1, "3274011001", 150),
            (1, "3273011001", 99),
            (1, "3273011001", 201),
            (1, "32", 150),
        ] {
            assert!(!terms.cover(kind, region, at), "{kind} {region} {at}");
        }
        let standing: Vec<_> = [99, 100, 200, 201].map(|now| terms.stand(now)).to_vec();
        let expected = [Err("has not begun"), Ok(()), Ok(()), Err("has ended")];
        assert_eq!(standing, expected);
        let cut = Terms {
            cut_off: Some(150),
            ..terms
        };
        assert_eq!(cut.stand(150), Err("was cut off"));
    }

    #[test]
    fn lists_read_back() {
        let elements = Elements::parse("status, kind,kind").unwrap();
        assert_eq!(elements.to_text(), "kind,status");
        assert_eq!(Elements::parse(&elements.to_text()), Ok(elements));
        for bad in ["", "nik", "kind,,status", "kind;status"] {
            assert!(Elements::parse(bad).is_err(), "{bad}");
        }
        for text in ["all", "ktp", "ktp,kk"] {
            let kinds = Kinds::parse(text).unwrap();
            assert_eq!(kinds.to_text(), text);
            assert_eq!(Kinds::from_stored(&kinds.to_stored()), Some(kinds));
        }
        assert!(Kinds::parse("").is_err() && Kinds::parse("ktp,x").is_err());
    }

    #[test]
    fn half_years_turn_at_midnight_wib() {
        // 2026-06-30T16:59:59Z is the last second of June in WIB.
        assert_eq!(half_year(1_782_838_799), "2026-1");
        assert_eq!(half_year(1_782_838_800), "2026-2");
    }
}
