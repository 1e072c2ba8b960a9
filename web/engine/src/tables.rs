//! What a page must know of kinds, purposes and reasons, so that it needs no list of its own.

use crate::Reply;
use credential::kinds::profiles::PROFILES;
use credential::kinds::{Class, KINDS, Use};
use credential::lang::Text;
use credential::reason::{Outcome, Reason};
use serde_json::{Value, json};

/// `outcomes`, `reasons`, `kinds` and `purposes`.
pub fn tables() -> Reply {
    json!({
        "outcomes": outcomes(),
        "reasons": reasons(),
        "kinds": kinds(),
        "purposes": purposes(),
    })
    .into()
}

fn outcomes() -> Vec<Value> {
    use Outcome::{NotValid, Superseded, Undecided, Valid};
    [Valid, Superseded, NotValid, Undecided]
        .iter()
        .map(|outcome| json!({"code": outcome.code(), "text": text(outcome.text())}))
        .collect()
}

fn reasons() -> Vec<Value> {
    Reason::ALL
        .iter()
        .map(|reason| {
            let outcome = reason.outcome().code();
            json!({"code": reason.code(), "outcome": outcome, "text": text(reason.text())})
        })
        .collect()
}

fn kinds() -> Vec<Value> {
    KINDS
        .iter()
        .map(|kind| {
            let class = match kind.class {
                Class::Card => "card",
                Class::Letter => "letter",
                Class::Deed => "deed",
            };
            json!({
                "number": kind.number,
                "slug": kind.slug,
                "name": text(kind.name),
                "class": class,
                "fields": fields(kind.fields),
            })
        })
        .collect()
}

fn purposes() -> Vec<Value> {
    PROFILES
        .iter()
        .map(|profile| {
            json!({
                "number": profile.number,
                "slug": profile.slug,
                "kind": profile.kind.slug,
                "name": text(profile.name),
                "about": text(profile.about),
                "age": profile.age,
                "fields": fields(profile.fields),
            })
        })
        .collect()
}

/// What a person is told of: not the keys that are there for machines alone.
fn fields(uses: &[Use]) -> Vec<Value> {
    uses.iter()
        .filter(|used| !used.field.ty.is_derived())
        .map(|used| json!({"name": used.field.name, "label": text(used.label()), "required": used.required}))
        .collect()
}

fn text(text: Text) -> Value {
    json!({"id": text.id, "en": text.en})
}
