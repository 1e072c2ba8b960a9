//! What an application says: who applies for whom, and the answers of the form. It is sealed in the database.

use credential::ids::{Nik, NomorKk};
use credential::kinds::Applicant;
use credential::lang::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most answers in a form, and most characters of one.
pub const ANSWERS_MAX: usize = 120;
/// Most characters of one answer.
pub const ANSWER_MAX: usize = 2000;

/// Most characters of a line about a person.
pub const PEOPLE_MAX: usize = 200;

/// Everything an application says. Does not print.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// Who.
    pub people: People,
    /// What.
    pub answers: Answers,
    /// Grows by one with each change; a writer names the one it read.
    pub version: i64,
}

/// Who applies for whom, and how they are reached.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct People {
    /// NIK of who applies.
    pub applicant_nik: Option<String>,
    /// Their name.
    pub applicant_name: Option<String>,
    /// What they are to the person the document is about.
    pub relation: Option<String>,
    /// NIK of the person the document is about; for a family card, of a member; none for a newborn.
    pub subject_nik: Option<String>,
    /// KK number of the family, where the form asks for it.
    pub nomor_kk: Option<String>,
    /// E-mail for notices.
    pub email: Option<String>,
    /// Phone for notices, digits with country code.
    pub phone: Option<String>,
    /// Language of notices: `id` or `en`.
    pub lang: Option<String>,
    /// Where it is to be sent, if not collected.
    pub delivery_address: Option<String>,
}

impl People {
    /// Names of its lines in forms and JSON.
    pub const NAMES: &[&str] = &[
        "applicant_nik",
        "applicant_name",
        "relation",
        "subject_nik",
        "nomor_kk",
        "email",
        "phone",
        "lang",
        "delivery_address",
    ];

    fn line(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "applicant_nik" => &mut self.applicant_nik,
            "applicant_name" => &mut self.applicant_name,
            "relation" => &mut self.relation,
            "subject_nik" => &mut self.subject_nik,
            "nomor_kk" => &mut self.nomor_kk,
            "email" => &mut self.email,
            "phone" => &mut self.phone,
            "lang" => &mut self.lang,
            "delivery_address" => &mut self.delivery_address,
            _ => return None,
        })
    }

    /// A line by its name.
    pub fn get(&self, name: &str) -> Option<String> {
        self.clone().line(name)?.take()
    }

    /// Writes a line; an empty text takes it out. False for a name that is none of [`Self::NAMES`].
    pub fn set(&mut self, name: &str, text: &str) -> bool {
        let text = text.trim();
        let line = self.line(name);
        line.map(|line| *line = (!text.is_empty()).then(|| text.to_string()))
            .is_some()
    }

    /// Its own lines, and those of `other` where it has none.
    pub fn or(mut self, mut other: Self) -> Self {
        for name in Self::NAMES {
            if let (Some(line), Some(spare)) = (self.line(name), other.line(name)) {
                *line = line.take().or_else(|| spare.take());
            }
        }
        self
    }

    /// The subject's NIK, parsed.
    pub fn subject(&self) -> Option<Nik> {
        Nik::parse(self.subject_nik.as_deref()?).ok()
    }

    /// The applicant's NIK, parsed.
    pub fn applicant(&self) -> Option<Nik> {
        Nik::parse(self.applicant_nik.as_deref()?).ok()
    }

    /// The family's number, parsed.
    pub fn family(&self) -> Option<NomorKk> {
        NomorKk::parse(self.nomor_kk.as_deref()?).ok()
    }

    /// The applicant's relation to the subject.
    pub fn relation(&self) -> Option<Applicant> {
        relation(self.relation.as_deref()?)
    }

    /// Language of notices.
    pub fn lang(&self) -> Lang {
        match self.lang.as_deref() {
            Some("en") => Lang::En,
            _ => Lang::Id,
        }
    }
}

/// Answers by the field's name, as people wrote them.
pub type Answers = BTreeMap<String, String>;

/// An applicant's relation by its name in forms and JSON.
pub fn relation(name: &str) -> Option<Applicant> {
    RELATIONS
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(relation, _)| *relation)
}

/// Its name in forms and JSON.
pub fn relation_name(relation: Applicant) -> &'static str {
    RELATIONS
        .iter()
        .find(|(known, _)| *known == relation)
        .map_or("", |(_, name)| name)
}

const RELATIONS: &[(Applicant, &str)] = &[
    (Applicant::Oneself, "oneself"),
    (Applicant::HeadOfFamily, "head_of_family"),
    (Applicant::Member, "member"),
    (Applicant::Parent, "parent"),
    (Applicant::Guardian, "guardian"),
    (Applicant::Spouse, "spouse"),
    (Applicant::Relative, "relative"),
    (Applicant::ChairOfRt, "chair_of_rt"),
    (Applicant::Institution, "institution"),
    (Applicant::Proxy, "proxy"),
];

/// Whether that applicant must attach proof of the delegation.
pub fn is_delegated(relation: Applicant) -> bool {
    matches!(
        relation,
        Applicant::Guardian | Applicant::Proxy | Applicant::Institution
    )
}
