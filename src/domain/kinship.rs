//! Who may act for whom, by the register's family card.
//!
//! Head, spouse of the head and parents act for children below 17 of the same card; an adult acts for themself;
//! between adults a surat kuasa is needed (form F-1.07), for children of another card the proof of a guardian.

use super::content::age;
use super::person::Person;
use credential::date::Date;
use credential::kinds::{Applicant, Kind, Subject};

/// From this age on a person acts for themself (UU 23/2006 Ps 63: the age of the KTP-el).
pub const ADULT: i32 = 17;
/// Nobody is the parent of somebody who is not that many years younger.
const GENERATION: i32 = 10;

/// What somebody is to the person a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The person themself.
    Oneself(&'static [Applicant]),
    /// Acts for a child of the same family card, in these capacities, the closest first.
    Child(&'static [Applicant]),
    /// Head of the family and spouse: only what either spouse may apply for.
    Spouse(&'static [Applicant]),
    /// Needs a paper that is attached: guardian of a child, proxy of an adult.
    Paper(Applicant),
    /// Is below 17 and acts for nobody.
    Minor,
}

use Applicant as A;
use Relation::{Child, Minor, Oneself, Paper, Spouse};

const SELF_HEAD: &[A] = &[A::Oneself, A::HeadOfFamily, A::Member];
const SELF_MEMBER: &[A] = &[A::Oneself, A::Member];
const HEAD_PARENT: &[A] = &[A::Parent, A::HeadOfFamily, A::Member];
const PARENT: &[A] = &[A::Parent, A::Member];
const HEAD: &[A] = &[A::HeadOfFamily, A::Member];
const MEMBER: &[A] = &[A::Member];
const SPOUSE: &[A] = &[A::Spouse];

/// Codes of `credential::codes`: sex and marital status.
const MALE: u8 = 1;
const MARRIED: [u8; 2] = [2, 3];

/// Codes of `credential::codes::FAMILY_RELATION`.
mod shdk {
    pub const HEAD: u8 = 1;
    pub const HUSBAND: u8 = 2;
    pub const WIFE: u8 = 3;
    pub const CHILD: u8 = 4;
    pub const SERVANT: u8 = 10;
    pub const OTHER: u8 = 11;
}

impl Relation {
    /// Whether they may act without a paper and see the documents of that person.
    pub fn acts(self) -> bool {
        matches!(self, Oneself(_) | Child(_))
    }

    /// In which capacity they apply for a document of that kind without a paper; none where they need one.
    pub fn applicant(self, kind: &Kind) -> Option<Applicant> {
        let (Oneself(own) | Child(own) | Spouse(own)) = self else {
            return None;
        };
        own.iter()
            .copied()
            .find(|a| kind.filing.applicants.contains(a))
    }

    /// In which capacity they apply for a document of that kind with the paper attached.
    pub fn with_paper(self, kind: &Kind) -> Option<Applicant> {
        let paper = match self {
            Paper(applicant) => applicant,
            Oneself(_) | Child(_) | Spouse(_) => A::Proxy,
            Minor => return None,
        };
        let offered = |a: &A| kind.filing.applicants.contains(a);
        [paper, A::Proxy].into_iter().find(offered)
    }
}

/// Whether a person is below 17 on that day.
pub fn is_child(person: &Person, today: Date) -> bool {
    age(person.tanggal_lahir, today) < ADULT
}

/// What `actor` is to `subject`.
pub fn may_act_for(actor: &Person, subject: &Person, today: Date) -> Relation {
    if is_child(actor, today) {
        return Minor;
    }
    let heads = actor.shdk == shdk::HEAD;
    if actor.nik == subject.nik {
        return Oneself(if heads { SELF_HEAD } else { SELF_MEMBER });
    }
    let same_card = actor.nomor_kk == subject.nomor_kk;
    if !is_child(subject, today) {
        return match same_card && couple(actor, subject) {
            true => Spouse(SPOUSE),
            false => Paper(A::Proxy),
        };
    }
    if !same_card {
        return Paper(A::Guardian);
    }
    let spouse_of_head = matches!(actor.shdk, shdk::HUSBAND | shdk::WIFE);
    let parent = named_parent(actor, subject)
        || (subject.shdk == shdk::CHILD && (heads || spouse_of_head) && generation(actor, subject));
    // A servant or lodger of 16 has parents elsewhere; the card alone gives the household no say.
    let kin = !matches!(subject.shdk, shdk::SERVANT | shdk::OTHER);
    match (parent, heads, spouse_of_head) {
        (true, true, _) => Child(HEAD_PARENT),
        (true, false, _) => Child(PARENT),
        (false, true, _) if kin => Child(HEAD),
        (false, false, true) if kin => Child(MEMBER),
        _ => Paper(A::Guardian),
    }
}

/// In which capacity `actor` applies for a document about the family of that card: head, else any adult member.
pub fn for_family(actor: &Person, of: &Person, today: Date) -> Relation {
    match (is_child(actor, today), actor.nomor_kk == of.nomor_kk) {
        (true, _) => Minor,
        (false, false) => Paper(A::Proxy),
        (false, true) if actor.shdk == shdk::HEAD => Oneself(HEAD),
        (false, true) => Oneself(MEMBER),
    }
}

/// What `actor` is to whom a document of that kind about `subject` is about: the person, or the family.
pub fn relation(actor: &Person, subject: &Person, kind: &Kind, today: Date) -> Relation {
    match kind.subject {
        Subject::Family => for_family(actor, subject, today),
        Subject::Person | Subject::Newborn | Subject::Event => may_act_for(actor, subject, today),
    }
}

fn couple(a: &Person, b: &Person) -> bool {
    let spouse = |code| matches!(code, shdk::HUSBAND | shdk::WIFE);
    let married = |p: &Person| MARRIED.contains(&p.status_perkawinan);
    let places =
        (a.shdk == shdk::HEAD && spouse(b.shdk)) || (b.shdk == shdk::HEAD && spouse(a.shdk));
    places && married(a) && married(b)
}

/// The child's row names a parent of the actor's name and sex. Only counts on the same card.
fn named_parent(actor: &Person, child: &Person) -> bool {
    let named = match actor.jenis_kelamin {
        MALE => child.ayah.as_deref(),
        _ => child.ibu.as_deref(),
    };
    named.is_some_and(|name| alike(name, &actor.nama)) && generation(actor, child)
}

fn generation(actor: &Person, child: &Person) -> bool {
    age(actor.tanggal_lahir, child.tanggal_lahir) >= GENERATION
}

/// Names alike but for capitals and blanks.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_uppercase).collect() };
    let (a, b) = (words(a), words(b));
    !a.is_empty() && a == b
}
