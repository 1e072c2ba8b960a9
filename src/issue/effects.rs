//! What a document that was applied for changes beside itself: earlier documents end, and the register takes in the
//! event (a birth, a death, a move).

use super::ending;
use crate::chance::Chance;
use crate::domain::application::Application;
use crate::domain::document::{Change, Document as Issued, Subject};
use crate::domain::ending::movers;
use crate::domain::officer::Actor;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status::Touched;
use crate::store::persons::{self, Standing, Stored};
use crate::store::{Tx, applications, documents};
use credential::document::{Country, Document, Value};
use credential::ids::Nik;
use credential::kinds::fields::{self as f, Field};
use credential::kinds::{Ending, Subject as About, Whose, by_slug};

/// Ends and changes what the new document ends and changes. Returns the status lists that changed.
pub async fn of(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    application: &Application,
    issued: &Issued,
    document: &Document<'static>,
) -> Outcome<Touched> {
    let mut touched = Touched::default();
    let dossier = applications::dossier(tx, &service.crypter, application.id).await?;
    let anchor = match dossier.people.subject() {
        Some(nik) => persons::present_or_moved(tx, &service.register(), nik).await?,
        None => None,
    };
    let anchor = anchor.ok_or(Failure::Row("an application without its person"))?;
    ending::check(service, tx, issued.kind, issued.office, &anchor, document).await?;
    let movers = movers(document);
    for end in issued.kind.ends {
        let subjects = match end.whose {
            Whose::Subject => vec![issued.subject],
            Whose::Family => vec![Subject(anchor.nomor_kk.as_u64())],
            Whose::Movers => movers.iter().map(|nik| Subject(nik.as_u64())).collect(),
            Whose::Numbered(_) => {
                let old = ending::numbered(tx, end, issued.office, &anchor, document).await?;
                if let Some(old) = old {
                    touched.join(end_one(service, tx, chance, actor, end.how, old, issued).await?);
                }
                continue;
            }
        };
        let kind = by_slug(end.slug).ok_or(Failure::Row("a kind that ends another"))?;
        for subject in subjects {
            let all = documents::all_in_force(tx, subject).await?;
            for old in all
                .into_iter()
                .filter(|d| d.kind == kind && d.id != issued.id)
            {
                touched.join(end_one(service, tx, chance, actor, end.how, old, issued).await?);
            }
        }
    }
    register(service, tx, issued, document, &anchor, &movers).await?;
    Ok(touched)
}

async fn end_one(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    how: Ending,
    old: Issued,
    by: &Issued,
) -> Outcome<Touched> {
    let change = match how {
        // A document is superseded by one of its own kind; another kind ends it without taking its place.
        Ending::Superseded => Change::Supersede { by: None },
        Ending::Revoked => Change::Revoke,
    };
    let reason = format!("ended by {}", by.kind.slug);
    crate::revoke::apply(
        service,
        tx,
        chance,
        actor,
        old,
        &change,
        reason.as_str().into(),
    )
    .await
}

/// The event in the register.
async fn register(
    service: &Service,
    tx: &mut Tx,
    issued: &Issued,
    document: &Document<'_>,
    anchor: &Person,
    movers: &[Nik],
) -> Outcome<()> {
    if issued.kind.subject == About::Newborn {
        return newborn(service, tx, document, anchor).await;
    }
    match issued.kind.slug {
        "akta-kematian" | "sk-kematian" => {
            persons::set_standing(tx, &service.register(), anchor.nik, Standing::Dead).await
        }
        "sk-pindah" | "skpln" => {
            for nik in movers {
                if persons::by_nik(tx, &service.register(), *nik)
                    .await?
                    .is_some()
                {
                    persons::set_standing(tx, &service.register(), *nik, Standing::Moved).await?;
                }
            }
            Ok(())
        }
        "sk-pindah-datang" | "skdln" => {
            for nik in movers {
                if let Some(mut person) =
                    persons::present_or_moved(tx, &service.register(), *nik).await?
                {
                    arrive(&mut person, document);
                    persons::upsert(tx, &service.register(), &person, service.clock.now(), false)
                        .await?;
                    persons::set_standing(tx, &service.register(), *nik, Standing::Present).await?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The new address of somebody who arrives is that of the document.
fn arrive(person: &mut Person, document: &Document<'_>) {
    let of = |field: &'static Field| document.get(field);
    let text = |field: &'static Field, into: &mut String| {
        if let Some(text) = of(field).and_then(Value::as_text) {
            *into = text.to_string();
        }
    };
    text(&f::ADDRESS, &mut person.alamat);
    text(&f::VILLAGE, &mut person.kelurahan);
    text(&f::DISTRICT, &mut person.kecamatan);
    text(&f::REGENCY, &mut person.kabupaten);
    text(&f::PROVINCE, &mut person.provinsi);
    if let Some(Value::RtRw(rt, rw)) = of(&f::RT_RW) {
        (person.rt, person.rw) = (*rt, *rw);
    }
    if let Some(Value::Region(kode)) = of(&f::REGION) {
        person.kode_wilayah = *kode;
    }
}

/// A child enters the register in its parents' family.
async fn newborn(
    service: &Service,
    tx: &mut Tx,
    document: &Document<'_>,
    parent: &Person,
) -> Outcome<()> {
    let of = |field: &'static Field| document.get(field);
    let text = |field| of(field).and_then(Value::as_text).map(str::to_string);
    let (Some(Value::Nik(nik)), Some(Value::Date(born)), Some(Value::Code(sex)), Some(name)) =
        (of(&f::NIK), of(&f::BIRTH_DATE), of(&f::SEX), text(&f::NAME))
    else {
        return Err(Failure::Row("a birth without NIK, date, sex or name"));
    };
    if persons::present_or_moved(tx, &service.register(), *nik)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let child = Person {
        nik: *nik,
        nama: name,
        tempat_lahir: text(&f::BIRTH_PLACE).unwrap_or_else(|| parent.kabupaten.clone()),
        tanggal_lahir: *born,
        jenis_kelamin: *sex,
        golongan_darah: 13,
        status_perkawinan: 1,
        tanggal_perkawinan: None,
        pekerjaan: 1,
        pendidikan: 1,
        shdk: 4,
        kewarganegaraan: Country::INDONESIA,
        no_paspor: None,
        no_kitap: None,
        berlaku_hingga: None,
        ayah: text(&f::FATHER),
        ibu: text(&f::MOTHER),
        ..parent.clone()
    };
    match persons::upsert(tx, &service.register(), &child, service.clock.now(), false).await? {
        Stored::Inserted => Ok(()),
        // Somebody else got that NIK in the meantime.
        Stored::Updated | Stored::Replaced => Err(Failure::Changed),
    }
}
