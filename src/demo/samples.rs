//! One invented document of every kind, built from the one table by the names and types of its fields, for tests,
//! measurements and specimen prints. The same kind and measure always give the same document.

use super::population;
use credential::claims::{Claims, Identity, StatusRef};
use credential::date::Date;
use credential::document::{BadDocument, Builder, Document, Face, Member, Value};
use credential::kinds::fields::{DETAIL, FieldType as T, column, tables::Table};
use credential::kinds::fields::{Field, MEMBERS, NAME};
use credential::kinds::{KK, Kind, MEMBER_COLUMNS, Rule, Subject, Validity};
use credential::lang::Lang;

/// When the samples are issued: 2026-11-24, 10:00 WIB.
pub const ISSUED: i64 = 1_795_489_200;
/// Their issuer.
pub const ISS: &str = "ID.3273";
/// Their status list.
pub const LIST: &str = "ikd:3273/0";

/// How much a sample says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// What a kind must say, nothing optional.
    Barest,
    /// What an ordinary document says.
    Ordinary,
    /// Every field, as long as its type allows.
    Fullest,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Barest, Self::Ordinary, Self::Fullest];
}

/// A document of that kind.
///
/// # Errors
/// A new kind with rules that these values do not keep; the test below tries them all.
pub fn document(kind: &'static Kind, measure: Measure) -> Result<Document<'static>, BadDocument> {
    if kind == &KK {
        let members = match measure {
            Measure::Barest => 1,
            Measure::Ordinary => 4,
            Measure::Fullest => 10,
        };
        return family(members, measure);
    }
    let sample = Sample { kind, measure };
    let mut builder = Builder::new(kind);
    for used in kind.fields {
        let wanted = used.required
            || match measure {
                Measure::Barest => false,
                // Place and date of issue stand in ordinary documents only where they differ from what follows anyway.
                Measure::Ordinary => !matches!(used.field.name, "tempat_terbit" | "tanggal_terbit"),
                Measure::Fullest => true,
            };
        if wanted && let Some(value) = sample.value(used.field) {
            builder = builder.set(used.field, value);
        }
    }
    builder.build()
}

/// A family card of that many people, 1 to 40.
///
/// # Errors
/// None for these numbers.
pub fn family(members: usize, measure: Measure) -> Result<Document<'static>, BadDocument> {
    let sample = Sample { kind: &KK, measure };
    let rows: Vec<Member<'static>> = (0..members).map(|n| sample.member(n)).collect();
    let head = rows.first().and_then(|row| row.get(&column::NAME)).cloned();
    let mut builder = Builder::new(&KK);
    for used in KK.fields {
        let wanted = used.required || measure == Measure::Fullest;
        if wanted && let Some(value) = sample.value(used.field) {
            builder = builder.set(used.field, value);
        }
    }
    if let Some(head) = head {
        builder = builder.set(&NAME, head);
    }
    builder.set(&MEMBERS, Value::Members(rows)).build()
}

/// The claims of a document that was issued at [`ISSUED`], with the place `index` in the status list [`LIST`].
pub fn claims(document: Document<'_>, index: u32) -> Claims<'_> {
    const DAY: i64 = 86_400;
    let exp = match document.kind().validity {
        Validity::Unlimited | Validity::ForLifeOrItap => None,
        Validity::ChildAge => Some(ISSUED + 2000 * DAY),
        Validity::Days(days) => Some(ISSUED + i64::from(days) * DAY),
        Validity::UntilField(field) => match document.get(field) {
            Some(Value::Date(date)) => Some(date.end_of_day_wib()),
            _ => Some(ISSUED + 365 * DAY),
        },
    };
    Claims {
        iss: Some(ISS),
        exp,
        nbf: None,
        iat: Some(ISSUED),
        cnf: None,
        status: Some(StatusRef { index, uri: LIST }),
        identity: Identity::Document(document),
    }
}

struct Sample {
    kind: &'static Kind,
    measure: Measure,
}

const GIVEN: [&str; 8] = [
    "BUDI", "SITI", "AGUS", "DEWI", "RIZKY", "PUTRI", "YUSUF", "AISYAH",
];
const FAMILY: [&str; 5] = ["SANTOSO", "RAHAYU", "HIDAYAT", "WULANDARI", "PRATAMA"];

impl Sample {
    /// The value of a field, or nothing for what is derived or never set by hand.
    fn value(&self, field: &Field) -> Option<Value<'static>> {
        match field.ty {
            T::Table(table) => Some(Value::Rows(self.rows(field, table))),
            T::Face => Some(Value::Face(Face {
                subformat: 0,
                data: population::face(7).into(),
            })),
            T::Members => None,
            _ if field.ty.is_derived() || *field == DETAIL => None,
            _ => self.cell(field, 0, false),
        }
    }

    /// Rows of a table, as many as the kind's rules ask for.
    fn rows(&self, field: &Field, table: &'static Table) -> Vec<Member<'static>> {
        let exact = self.kind.rules.iter().find_map(|rule| match rule {
            Rule::Rows(of, count) if *of == field => Some(*count),
            _ => None,
        });
        let count = exact.unwrap_or(match self.measure {
            Measure::Barest => 1,
            Measure::Ordinary => table.max.min(3),
            Measure::Fullest => table.max.min(12),
        });
        let asked = |column: &Field| {
            self.kind.rules.iter().any(|rule| match rule {
                Rule::Columns(of, columns) => *of == field && columns.contains(&column),
                _ => false,
            })
        };
        let row = |n: usize| {
            let cells = table.columns.iter().map(|column| {
                let wanted =
                    column.required || asked(column.field) || self.measure != Measure::Barest;
                wanted
                    .then(|| self.cell(column.field, n + 1, true))
                    .flatten()
            });
            Member::new(cells.collect())
        };
        (0..count).map(row).collect()
    }

    /// The n-th member of a family; number 0 is its head.
    fn member(&self, n: usize) -> Member<'static> {
        let cells = MEMBER_COLUMNS.iter().map(|column| {
            let wanted = match self.measure {
                _ if column.required => true,
                Measure::Barest => false,
                Measure::Ordinary => {
                    matches!(column.field.name, "ayah" | "ibu" | "tanggal_perkawinan")
                }
                // A citizenship is only there for foreigners.
                Measure::Fullest => n % 3 == 2 || column.field.name != "kewarganegaraan",
            };
            wanted.then(|| self.cell(column.field, n, true)).flatten()
        });
        Member::new(cells.collect())
    }

    /// A value of the `n`-th person, inside a row of a table or not.
    fn cell(&self, field: &Field, n: usize, in_row: bool) -> Option<Value<'static>> {
        let text = match field.ty {
            T::Text { max } if self.measure == Measure::Fullest => longest(max, n),
            T::Code(list) if self.measure == Measure::Fullest && field.name != "shdk" => {
                let longest = (1..=list.last()).max_by_key(|code| {
                    list.text(u64::from(*code))
                        .map_or(0, |text| text.get(Lang::Id).chars().count())
                });
                longest.unwrap_or(1).to_string()
            }
            _ => self.plain(field, n, in_row),
        };
        Value::parse(&field.ty, &text).ok()
    }

    /// An ordinary value, as people write it.
    fn plain(&self, field: &Field, n: usize, in_row: bool) -> String {
        let child = match self.kind.subject {
            Subject::Newborn => "2026-10-20",
            _ => match self.kind.slug {
                "kia" | "akta-pengakuan" | "akta-pengesahan" | "sk-angkat-anak" => "2019-04-12",
                _ => "1987-04-12",
            },
        };
        let born = if in_row { "1990-08-17" } else { child };
        let elsewhere = in_row && self.kind.slug.starts_with("sk");
        let place = |here: &str, there: &str| {
            if elsewhere {
                there.into()
            } else {
                here.to_string()
            }
        };
        let foreign = self
            .kind
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Foreign(_)));
        match field.name {
            "nik" => nik(born, n),
            "nomor_kk" => "3273011203100004".into(),
            "nama" | "nama_kepala_keluarga" | "penanggung_jawab" => person(n),
            "ayah" => person(2 * n + 2),
            "ibu" => person(2 * n + 3),
            "tanggal_lahir" => born.into(),
            "tempat_lahir" | "tempat_peristiwa" => "BANDUNG".into(),
            "kewarganegaraan" if foreign || self.kind.slug == "kk" => "NL".into(),
            "shdk" => match n {
                0 => "1".into(),
                1 => "3".into(),
                _ => "4".into(),
            },
            "alamat" => place("JL. BRAGA NO. 12A", "JL. GAJAH MADA NO. 5"),
            "kode_wilayah" => place("3273011001", "5171011001"),
            "kelurahan" => place("BRAGA", "DANGIN PURI"),
            "kecamatan" => place("SUMUR BANDUNG", "DENPASAR UTARA"),
            "kabupaten" => place("KOTA BANDUNG", "KOTA DENPASAR"),
            "provinsi" => place("JAWA BARAT", "BALI"),
            "nomor_dokumen" => format!("3273-{:02}-24112026-0007", self.kind.number),
            "nomor_akta" => "3273-KW-14022020-0031".into(),
            "nomor_akta_kelahiran" => "3273-LU-03052019-0112".into(),
            "nomor_keputusan" => "141/Pdt.P/2026/PN Bdg".into(),
            "pihak_berwenang" => "Pengadilan Negeri Bandung".into(),
            "tanggal_akta" | "tanggal_perkawinan" => "2020-02-14".into(),
            "tanggal_keputusan" => "2026-08-03".into(),
            "tanggal_peristiwa" => "2026-11-02".into(),
            "tempat_terbit" => "KOTA BANDUNG".into(),
            "tanggal_terbit" => "2026-11-24".into(),
            "izin_tinggal_sampai" => "2028-08-02".into(),
            "no_paspor" => "X1234567".into(),
            "no_kitap" => "2D11JE0123-V".into(),
            _ => match field.ty {
                T::Text { .. } => "Keterangan".into(),
                T::NikText | T::NikNumber => nik(born, n),
                T::KkNumber => "3273011203100004".into(),
                T::DateText | T::DateDays => {
                    Date::at_wib(ISSUED).map(Date::iso).unwrap_or_default()
                }
                T::Country => "ID".into(),
                T::Abroad => "NL".into(),
                T::Number { min, .. } => (min + 1).to_string(),
                T::Time => "06:45".into(),
                T::Region => "3273011001".into(),
                T::RtRw => "001/002".into(),
                T::PostalCode => "40111".into(),
                _ => "1".into(),
            },
        }
    }
}

/// The NIK of the `n`-th man born that day.
fn nik(born: &str, n: usize) -> String {
    format!(
        "327301{}{}{}{:04}",
        &born[8..],
        &born[5..7],
        &born[2..4],
        n + 1
    )
}

fn person(n: usize) -> String {
    format!(
        "{} {}",
        GIVEN[n % GIVEN.len()],
        FAMILY[n / 2 % FAMILY.len()]
    )
}

/// Words of many lengths, and at last one without a blank, exactly as many characters as are allowed.
fn longest(max: usize, n: usize) -> String {
    let words = [
        "RADEN",
        "MAS",
        "ŠĀMUEL",
        "SURYO-NINGRAT",
        "O\u{2019}ABDURRAHMAN",
        "WIJAYAKUSUMANINGTYASPUTRI",
    ];
    let mut text = String::new();
    for turn in n.. {
        let left = max - text.chars().count();
        let word = words[turn % words.len()];
        if word.chars().count() + 1 >= left {
            text.extend(std::iter::repeat_n('X', left));
            return text;
        }
        text.push_str(word);
        text.push(' ');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::kinds::KINDS;

    #[test]
    fn every_kind_has_a_sample_of_every_measure() {
        for kind in KINDS {
            for measure in Measure::ALL {
                let made = document(kind, measure);
                let made = made.unwrap_or_else(|e| panic!("{} {measure:?}: {e}", kind.slug));
                let has = |field: &Field| made.get(field).is_some();
                let used = kind
                    .fields
                    .iter()
                    .filter(|u| !matches!(u.field.ty, T::Detail));
                for used in used {
                    match measure {
                        Measure::Fullest => {
                            assert!(has(used.field), "{} {}", kind.slug, used.field.name)
                        }
                        _ => assert!(has(used.field) || !used.required),
                    }
                }
                assert!(claims(made, 1).encode().is_some());
            }
        }
        for members in [1, 15, 40] {
            family(members, Measure::Ordinary).unwrap();
            family(members, Measure::Fullest).unwrap();
        }
    }
}
