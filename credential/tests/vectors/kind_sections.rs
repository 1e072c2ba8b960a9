//! The parts of FORMAT.md that are made from the one table: `<!-- made: NAME -->` to `<!-- end -->`. The test compares
//! them; `UPDATE_VECTORS=1` writes them anew, so a new kind needs no hand there.

use super::document::{of_type, presence};
use super::{long, statements};
use credential::kinds::fields::{FIELDS, FieldType as T, tables::Table};
use credential::kinds::profiles::PROFILES;
use credential::kinds::{
    Class, Ending, InForce, KINDS, Kind, MEMBERS_MAX, Rule, Subject, Validity, Whose,
};
use std::fmt::Write;

/// Each part's name and text.
pub fn parts() -> [(&'static str, String); 6] {
    [
        ("kinds", numbers()),
        ("tables", tables()),
        ("kind sections", sections()),
        ("cddl of kinds", cddl()),
        ("sizes", sizes()),
        ("profiles", profiles()),
    ]
}

/// FORMAT.md with every part as the code has it.
pub fn put_into(document: &str) -> String {
    parts()
        .into_iter()
        .fold(document.into(), |text, (name, part)| {
            let begin = format!("<!-- made: {name} -->\n");
            let (before, rest) = text
                .split_once(&begin)
                .unwrap_or_else(|| panic!("no part {name}"));
            let (_, after) = rest.split_once("<!-- end -->").expect("an end");
            format!("{before}{begin}{part}<!-- end -->{after}")
        })
}

fn numbers() -> String {
    let mut text = String::from("| kind | slug | document | English |\n|---|---|---|---|\n");
    for kind in KINDS {
        let name = kind.name;
        writeln!(
            text,
            "| {} | `{}` | {} | {} |",
            kind.number, kind.slug, name.id, name.en
        )
        .unwrap();
    }
    text
}

/// Every small table with its columns.
fn tables() -> String {
    let mut text = String::new();
    for field in FIELDS {
        let T::Table(table) = field.ty else { continue };
        let rows = match table.max {
            1 => "1 row".to_string(),
            n => format!("1 to {n} rows"),
        };
        writeln!(text, "**Key {} `{}`**, {rows}:\n", field.key, field.name).unwrap();
        text += "| column | name | type | presence | Label | Label (English) |\n|---|---|---|---|---|---|\n";
        for column in table.columns {
            let f = column.field;
            writeln!(
                text,
                "| {} | `{}` | {} | {} | {} | {} |",
                f.key,
                f.name,
                of_type(&f.ty),
                presence(column.required),
                f.label.id,
                f.label.en
            )
            .unwrap();
        }
        text.push('\n');
    }
    text
}

fn sections() -> String {
    let mut text = String::new();
    for kind in statements::kinds() {
        writeln!(
            text,
            "#### {} — `{}`, kind {}\n",
            kind.name.id, kind.slug, kind.number
        )
        .unwrap();
        writeln!(text, "{}\n", facts(kind)).unwrap();
        text += "| key | name | presence | Label | Label (English) |\n|---|---|---|---|---|\n";
        for used in kind.fields {
            let label = used.label();
            writeln!(
                text,
                "| {} | `{}` | {} | {} | {} |",
                used.field.key,
                used.field.name,
                presence(used.required),
                label.id,
                label.en
            )
            .unwrap();
        }
        text.push('\n');
        for rule in kind.rules {
            writeln!(text, "* {}", say(rule)).unwrap();
        }
        if !kind.rules.is_empty() {
            text.push('\n');
        }
    }
    text
}

/// Every profile with its fields.
fn profiles() -> String {
    let mut text = String::new();
    for profile in PROFILES {
        writeln!(
            text,
            "#### {} — `{}`, profile {}\n",
            profile.name.en, profile.slug, profile.number
        )
        .unwrap();
        let age = profile.age.map(|age| format!(" Key 96 is {age}."));
        writeln!(
            text,
            "Of kind {} (`{}`): \"{}\".{}\n",
            profile.kind.number,
            profile.kind.slug,
            profile.about.en,
            age.unwrap_or_default()
        )
        .unwrap();
        let keys = |required: bool| {
            let keys = profile
                .fields
                .iter()
                .filter(|used| used.required == required);
            let keys: Vec<_> = keys.map(|used| used.field.key.to_string()).collect();
            keys.join(", ")
        };
        writeln!(text, "* required: 75, {}", keys(true)).unwrap();
        if !keys(false).is_empty() {
            writeln!(text, "* optional: {}", keys(false)).unwrap();
        }
        text.push('\n');
    }
    text
}

/// Class, subject, how many are in force, until when, what it ends.
fn facts(kind: &Kind) -> String {
    let class = match kind.class {
        Class::Card => "Card",
        Class::Letter => "Letter",
        Class::Deed => "Deed",
    };
    let subject = match kind.subject {
        Subject::Person => "about a person (key 1)",
        Subject::Family => "about a family (key 35)",
        Subject::Newborn => "about a newborn (key 1, assigned by the office)",
        Subject::Event => "about an event, kept under who reports it (key 1)",
    };
    let in_force = match kind.in_force {
        InForce::One => "one in force at most",
        InForce::Many => "one for each event",
    };
    let mut text = format!(
        "{class} {subject}; {in_force}; {}.",
        validity(kind.validity)
    );
    for ends in kind.ends {
        let how = match ends.how {
            Ending::Superseded => "Supersedes",
            Ending::Revoked => "Revokes",
        };
        let whose = match ends.whose {
            Whose::Subject => "of the person".to_string(),
            Whose::Family => "of the family".into(),
            Whose::Movers => "of everybody in key 92".into(),
            Whose::Numbered(field) => format!("whose number (key 76) is key {}", field.key),
        };
        write!(text, " {how} the `{}` {whose}.", ends.slug).unwrap();
    }
    text
}

fn validity(validity: Validity) -> String {
    match validity {
        Validity::Unlimited => "no `exp`".into(),
        Validity::ForLifeOrItap => {
            "no `exp` for citizens, the end of the ITAP for foreigners".into()
        }
        Validity::ChildAge => {
            "`exp` is the day before the 5th or the 17th birthday, or the end of the parents' ITAP"
                .into()
        }
        Validity::UntilField(field) => format!("`exp` is the day of key {}", field.key),
        Validity::Days(days) => format!("`exp` is {days} days after the day of issue"),
    }
}

fn say(rule: &Rule) -> String {
    match rule {
        Rule::InOrder(earlier, later) => {
            format!("Key {} is not before key {}.", later.key, earlier.key)
        }
        Rule::InOrderInRows {
            table,
            earlier,
            later,
        } => format!(
            "Key {} is not before column {} of any row of key {}.",
            later.key, earlier.key, table.key
        ),
        Rule::Columns(table, columns) => {
            let columns: Vec<_> = columns.iter().map(|c| c.key.to_string()).collect();
            let columns = columns.join(", ");
            format!(
                "Every row of key {} has the columns {columns} too.",
                table.key
            )
        }
        Rule::Rows(table, 1) => format!("Key {} has exactly one row.", table.key),
        Rule::Rows(table, n) => format!("Key {} has exactly {n} rows.", table.key),
        Rule::Others(table) => format!("No row of key {} has the NIK of key 1.", table.key),
        Rule::Foreign(field) => format!("Key {} is not `ID`.", field.key),
        Rule::FaceFromAge(age) => {
            format!("Key 62 only from the {age}th birthday on, counted on the day of issue (6.7).")
        }
    }
}

/// The claim 169 of each kind that has no CDDL by hand, and the small tables.
fn cddl() -> String {
    let mut text = String::from("```cddl\n");
    let names: Vec<_> = KINDS.iter().map(|kind| kind.slug).collect();
    text += &wrapped("document = ", &names, " / ", "");
    for kind in statements::kinds() {
        let mut fields: Vec<_> = kind
            .fields
            .iter()
            .map(|used| {
                let optional = if used.required { "" } else { "? " };
                (
                    used.field.key,
                    format!(
                        "{optional}{} => {}",
                        used.field.key,
                        cddl_of(&used.field.ty)
                    ),
                )
            })
            .collect();
        fields.push((75, format!("75 => {}", kind.number)));
        fields.sort_unstable();
        let fields: Vec<_> = fields.iter().map(|(_, text)| text.as_str()).collect();
        text.push('\n');
        text += &wrapped(&format!("{} = {{ ", kind.slug), &fields, ", ", " }");
    }
    for field in FIELDS {
        let T::Table(table) = field.ty else { continue };
        text.push('\n');
        text += &row(field.name, table);
    }
    text += "\n```\n";
    text
}

fn row(name: &str, table: &Table) -> String {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            let nil = if column.required { "" } else { " / nil" };
            format!(
                "{}: {}{nil}",
                column.field.name.replace('_', "-"),
                cddl_of(&column.field.ty)
            )
        })
        .collect();
    let columns: Vec<_> = columns.iter().map(String::as_str).collect();
    wrapped(
        &format!("{}-row = [ ", name.replace('_', "-")),
        &columns,
        ", ",
        " ]",
    )
}

fn cddl_of(ty: &T) -> String {
    match ty {
        T::NikText => "nik-text".into(),
        T::NikNumber => "number-16".into(),
        T::KkNumber => "kk-number".into(),
        T::Text { max } => format!("text-{max}"),
        T::DateText => "date-text".into(),
        T::DateDays => "days".into(),
        T::Code(list) => format!("1..{}", list.last()),
        T::Claim169Marital => "1..3".into(),
        T::Country | T::Abroad => "country".into(),
        T::Number { min, max } => format!("{min}..{max}"),
        T::Time => "0..1439".into(),
        T::IssuedInIndonesia => "\"ID\"".into(),
        T::Region => "region".into(),
        T::RtRw => "rt-rw".into(),
        T::PostalCode => "10000..99999".into(),
        T::Face => "[face]".into(),
        T::Members => format!("[1*{MEMBERS_MAX} member]"),
        T::Table(table) => {
            let of = |field: &&credential::kinds::fields::Field| matches!(field.ty, T::Table(t) if core::ptr::eq(t, *table));
            let name = FIELDS.iter().copied().find(of).expect("registered").name;
            format!("[1*{} {}-row]", table.max, name.replace('_', "-"))
        }
        T::Detail => "1".into(),
        T::Profile => format!("1..{}", PROFILES.len()),
    }
}

/// `begin` and the items, in lines of at most 112 characters.
fn wrapped(begin: &str, items: &[&str], between: &str, end: &str) -> String {
    let mut lines = vec![begin.to_string()];
    for (n, item) in items.iter().enumerate() {
        let between = if n + 1 == items.len() { end } else { between };
        let line = lines.last().expect("a line");
        if line.len() + item.len() + between.len() > 112 {
            lines.push("  ".into());
        }
        let line = lines.last_mut().expect("a line");
        line.push_str(item);
        line.push_str(between);
    }
    let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
    format!("{}\n", lines.join("\n"))
}

fn sizes() -> String {
    let mut text = String::from("| document | its vector | long names |\n|---|---|---|\n");
    for kind in statements::kinds() {
        let (plain, long) = long::versions(kind);
        writeln!(text, "| `{}` | {plain} | {long} |", kind.slug).unwrap();
    }
    text
}
