//! What an application would end, read from the register of documents: before the officers decide, and once more when
//! the document is made.

use crate::domain::document::Document as Issued;
use crate::domain::ending::{self, Refused};
use crate::domain::ids::OfficeId;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::{Tx, documents, persons};
use credential::claims::Claims;
use credential::document::{Document, Value};
use credential::kinds::{Ends, Kind, Whose};

/// Refuses what an application would end of other people's.
///
/// # Errors
/// [`Failure::Ending`].
pub async fn check(
    service: &Service,
    tx: &mut Tx,
    kind: &Kind,
    office: OfficeId,
    anchor: &Person,
    document: &Document<'_>,
) -> Outcome<()> {
    for end in kind.ends {
        numbered(tx, end, office, anchor, document).await?;
    }
    for nik in ending::movers(document) {
        let mover = persons::present_or_moved(tx, &service.register(), nik).await?;
        if mover.is_none_or(|p| p.nomor_kk != anchor.nomor_kk) {
            return Err(Failure::Ending(Refused::NotOfFamily));
        }
    }
    Ok(())
}

/// The document in force whose printed number the applicant typed, if that ends it. A number that nobody knows is that
/// of a paper from before this register; it ends nothing.
///
/// # Errors
/// [`Failure::Ending`] where it is of another kind, somebody else's, or for another office to end.
pub async fn numbered(
    tx: &mut Tx,
    end: &Ends,
    office: OfficeId,
    anchor: &Person,
    document: &Document<'_>,
) -> Outcome<Option<Issued>> {
    let Whose::Numbered(field) = end.whose else {
        return Ok(None);
    };
    let Some(number) = document.get(field).and_then(Value::as_text) else {
        return Ok(None);
    };
    let Some(old) = documents::by_number(tx, number).await? else {
        return Ok(None);
    };
    if old.kind.slug != end.slug {
        return Err(Failure::Ending(Refused::OtherKind));
    }
    let claims = Claims::of_own(&old.claims).map_err(|_| Failure::Row("documents.claims"))?;
    let said = claims.document().ok_or(Failure::Row("documents.claims"))?;
    if !ending::is_theirs(said, old.subject.0, anchor, document) {
        return Err(Failure::Ending(Refused::NotTheirs));
    }
    if !matches!(old.state.name(), "active" | "suspended") {
        return Ok(None);
    }
    if old.office != office && !ending::comes_from_elsewhere(end.slug) {
        return Err(Failure::Ending(Refused::OtherOffice));
    }
    Ok(Some(old))
}
