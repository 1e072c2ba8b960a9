//! What can be applied for, and where: the one table of kinds as JSON, and the offices.

use super::Shared;
use super::problem::Problem;
use crate::domain::dossier;
use crate::store::offices;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use credential::codes::CodeList;
use credential::kinds::fields::{Field, FieldType};
use credential::kinds::{self, Class, From, InForce, KINDS, Kind, Need, Subject};
use credential::lang::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// A kind of document in the list.
#[derive(Serialize, ToSchema)]
#[schema(as = KindItem, example = json!({"slug": "kk", "number": 2, "name": {"id": "Kartu Keluarga",
    "en": "Family card (KK)"}, "class": "card", "purpose": {"id": "Kartu yang memuat susunan keluarga.",
    "en": "The card that lists a family."}}))]
pub struct KindItem {
    /// Name in addresses and JSON.
    pub slug: &'static str,
    /// 1 to 23.
    pub number: u8,
    /// Its name.
    pub name: TextView,
    /// `card`, `letter` or `deed`.
    pub class: &'static str,
    /// What it is for.
    pub purpose: TextView,
}

/// Every kind.
#[derive(Serialize, ToSchema)]
#[schema(as = Kinds)]
pub struct KindsView {
    /// By number.
    pub items: Vec<KindItem>,
}

/// A text in both languages.
#[derive(Serialize, ToSchema)]
#[schema(as = Text, example = json!({"id": "Nama", "en": "Name"}))]
pub struct TextView {
    /// Indonesian.
    pub id: &'static str,
    /// English.
    pub en: &'static str,
}

/// Everything about a kind of document: what it says and how it is applied for.
#[derive(Serialize, ToSchema)]
#[schema(as = Kind)]
pub struct KindView {
    /// The kind.
    #[serde(flatten)]
    pub item: KindItem,
    /// Whom it is about: `person`, `family`, `newborn` or `event`.
    #[schema(example = "family")]
    pub subject: &'static str,
    /// Whether a newer one supersedes the one before.
    #[schema(example = true)]
    pub one_in_force: bool,
    /// Form of Permendagri 109/2019.
    #[schema(example = "F-1.02")]
    pub form: &'static str,
    /// Who may apply: values of `people.relation`.
    #[schema(example = json!(["head_of_family", "member", "proxy"]))]
    pub applicants: Vec<&'static str>,
    /// What is attached, in the order in which it is asked for.
    pub attachments: Vec<AttachmentNeedView>,
    /// Its fields in printed order.
    pub fields: Vec<FieldView>,
    /// By when the event is to be reported; later needs an extra approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DeadlineView>,
    /// Working days the office has.
    #[schema(example = 5)]
    pub working_days: u8,
    /// Whether the person must come for biometrics.
    #[schema(example = false)]
    pub in_person: bool,
    /// It costs nothing.
    #[schema(example = 0)]
    pub fee: u32,
}

/// One thing to attach.
#[derive(Serialize, ToSchema)]
#[schema(as = AttachmentNeed, example = json!({"slug": "kk_lama", "label": {"id": "Kartu Keluarga lama",
    "en": "The old family card"}, "need": "when", "when": {"id": "sudah pernah memiliki KK",
    "en": "there was a family card before"}}))]
pub struct AttachmentNeedView {
    /// Name in addresses and JSON.
    pub slug: &'static str,
    /// Its name.
    pub label: TextView,
    /// `always`, `when` (where that applies), or `delegated` (from guardians, proxies and institutions).
    pub need: &'static str,
    /// When it is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<TextView>,
}

/// A deadline for reporting an event.
#[derive(Serialize, ToSchema)]
#[schema(as = Deadline, example = json!({"within_days": 60, "since": "tanggal_lahir"}))]
pub struct DeadlineView {
    /// Days from the event.
    pub within_days: u16,
    /// The field with the day of the event.
    pub since: &'static str,
}

/// A field of a kind.
#[derive(Serialize, ToSchema)]
#[schema(as = Field, example = json!({"name": "jenis_kelamin", "label": {"id": "Jenis Kelamin", "en": "Sex"},
    "type": "code", "codes": [{"number": 1, "text": {"id": "LAKI-LAKI", "en": "Male"}}], "required": true,
    "from": "applicant"}))]
pub struct FieldView {
    /// Name in JSON.
    pub name: &'static str,
    /// What this kind calls it.
    pub label: TextView,
    /// `nik`, `kk_number`, `text`, `date` (`YYYY-MM-DD`), `code` (a number of `codes`), `country` (two capital
    /// letters), `number`, `time` (`HH:MM`), `region` (10 digits), `rt_rw` (`001/002`), `postal_code`, `face`,
    /// `members`, or `table` (a row is its columns with ` | ` between them, rows stand in lines of their own).
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// Text: most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Number: least and most. Table: least and most rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[usize; 2]>,
    /// Code: the official list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<CodeView>>,
    /// Table: its columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub columns: Option<Vec<FieldView>>,
    /// Whether it must be there.
    pub required: bool,
    /// Who says it: `register`, `applicant` (an answer of the form), `office` or `encoder`. Columns: as their table.
    pub from: &'static str,
}

/// A code of an official list.
#[derive(Serialize, ToSchema)]
#[schema(as = Code, example = json!({"number": 1, "text": {"id": "LAKI-LAKI", "en": "Male"}}))]
pub struct CodeView {
    /// Its number.
    pub number: u8,
    /// What it means.
    pub text: TextView,
}

/// Every office.
#[derive(Serialize, ToSchema)]
#[schema(as = Offices)]
pub struct OfficesView {
    /// By `iss`.
    pub items: Vec<OfficeView>,
}

/// An office.
#[derive(Serialize, ToSchema)]
#[schema(as = Office, example = json!({"iss": "ID.3273", "name": "Dukcapil Kota Bandung", "region": "3273"}))]
pub struct OfficeView {
    /// Its name in documents and addresses.
    pub iss: String,
    /// Its name for people.
    pub name: String,
    /// The region it answers for: 2, 4, 6 or 10 digits, empty for the whole country.
    pub region: String,
}

impl std::convert::From<Text> for TextView {
    fn from(text: Text) -> Self {
        Self {
            id: text.id,
            en: text.en,
        }
    }
}

impl KindItem {
    fn of(kind: &'static Kind) -> Self {
        Self {
            slug: kind.slug,
            number: kind.number,
            name: kind.name.into(),
            class: match kind.class {
                Class::Card => "card",
                Class::Letter => "letter",
                Class::Deed => "deed",
            },
            purpose: kind.filing.purpose.into(),
        }
    }
}

impl FieldView {
    fn of(field: &'static Field, label: Text, required: bool, from: &'static str) -> Self {
        let (mut max_length, mut range, mut list, mut columns) = (None, None, None, None);
        let ty = match field.ty {
            FieldType::NikText | FieldType::NikNumber => "nik",
            FieldType::KkNumber => "kk_number",
            FieldType::Text { max } => {
                max_length = Some(max);
                "text"
            }
            FieldType::DateText | FieldType::DateDays => "date",
            FieldType::Code(codes) => {
                list = Some(codes);
                "code"
            }
            FieldType::Country
            | FieldType::Abroad
            | FieldType::Claim169Marital
            | FieldType::IssuedInIndonesia => match field.ty {
                FieldType::Claim169Marital => "number",
                _ => "country",
            },
            FieldType::Number { min, max } => {
                range = Some([usize::from(min), usize::from(max)]);
                "number"
            }
            FieldType::Time => "time",
            FieldType::Region => "region",
            FieldType::RtRw => "rt_rw",
            FieldType::PostalCode => "postal_code",
            FieldType::Face => "face",
            FieldType::Members => "members",
            FieldType::Table(table) => {
                range = Some([1, table.max]);
                let cells = table.columns.iter();
                let column = |c: &kinds::fields::tables::Cell| {
                    Self::of(c.field, c.field.label, c.required, from)
                };
                columns = Some(cells.map(column).collect());
                "table"
            }
            FieldType::Detail | FieldType::Profile => "number",
        };
        Self {
            name: field.name,
            label: label.into(),
            ty,
            max_length,
            range,
            codes: list.map(codes),
            columns,
            required,
            from,
        }
    }
}

fn codes(list: &CodeList) -> Vec<CodeView> {
    let code = |code: &credential::codes::Code| CodeView {
        number: code.number,
        text: code.text.into(),
    };
    list.codes.iter().map(code).collect()
}

fn detail(kind: &'static Kind) -> KindView {
    let filing = &kind.filing;
    let attachments = filing.attachments.iter().map(|a| AttachmentNeedView {
        slug: a.slug,
        label: a.label.into(),
        need: match a.need {
            Need::Always => "always",
            Need::When(_) => "when",
            Need::Delegated => "delegated",
        },
        when: match a.need {
            Need::When(text) => Some(text.into()),
            Need::Always | Need::Delegated => None,
        },
    });
    let fields = kind.fields.iter().map(|used| {
        let from = match used.from {
            From::Register => "register",
            From::Applicant => "applicant",
            From::Office => "office",
            From::Encoder => "encoder",
        };
        FieldView::of(used.field, used.label(), used.required, from)
    });
    KindView {
        item: KindItem::of(kind),
        subject: match kind.subject {
            Subject::Person => "person",
            Subject::Family => "family",
            Subject::Newborn => "newborn",
            Subject::Event => "event",
        },
        one_in_force: kind.in_force == InForce::One,
        form: filing.form,
        applicants: filing
            .applicants
            .iter()
            .map(|a| dossier::relation_name(*a))
            .collect(),
        attachments: attachments.collect(),
        fields: fields.collect(),
        deadline: filing.report.as_ref().map(|report| DeadlineView {
            within_days: report.within_days,
            since: report.since.name,
        }),
        working_days: filing.working_days,
        in_person: filing.in_person,
        fee: 0,
    }
}

/// The table changes with the program alone.
const CACHED: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=3600")];

/// List every kind of document.
#[utoipa::path(get, path = "/v1/kinds", tag = "catalogue", responses((status = 200, body = KindsView)))]
pub async fn all() -> impl IntoResponse {
    let items = KINDS.iter().map(|kind| KindItem::of(kind)).collect();
    (CACHED, Json(KindsView { items }))
}

/// Read what a kind of document says and how it is applied for.
#[utoipa::path(get, path = "/v1/kinds/{slug}", tag = "catalogue",
    params(("slug" = String, Path, example = "kk")),
    responses((status = 200, body = KindView), (status = 404, description = "There is no such kind")))]
pub async fn one(Path(slug): Path<String>) -> Result<impl IntoResponse, Problem> {
    let kind = kinds::by_slug(&slug);
    let kind = kind.ok_or_else(|| Problem::of_status(StatusCode::NOT_FOUND))?;
    Ok((CACHED, Json(detail(kind))))
}

/// List every office.
#[utoipa::path(get, path = "/v1/offices", tag = "catalogue", responses((status = 200, body = OfficesView)))]
pub async fn offices(State(app): State<Shared>) -> Result<Json<OfficesView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let all = offices::all(&mut tx).await?.into_iter();
    let items = all.map(|office| OfficeView {
        iss: office.iss.as_str().to_string(),
        name: office.name,
        region: office.region.as_str().to_string(),
    });
    Ok(Json(OfficesView {
        items: items.collect(),
    }))
}
