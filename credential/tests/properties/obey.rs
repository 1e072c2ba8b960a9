//! Makes rolled fields keep the rules that span them.

use credential::date::Date;
use credential::document::{Member, Value};
use credential::kinds::fields::{BIRTH_DATE, FACE, Field, FieldType as T, ISSUE_DATE};
use credential::kinds::{Kind, Rule};

pub type Fields = Vec<(&'static Field, Option<Value<'static>>)>;

fn date_of(fields: &Fields, field: &Field) -> Option<Date> {
    let found = fields.iter().find(|(f, _)| *f == field);
    match found {
        Some((_, Some(Value::Date(date)))) => Some(*date),
        _ => None,
    }
}

/// Moves dates so that they keep the kind's rules. A photo makes a child old enough for it.
pub fn obey(kind: &Kind, fields: &mut Fields) {
    for rule in kind.rules {
        match rule {
            Rule::InOrder(earlier, later) => {
                let Some(latest) = date_of(fields, later) else {
                    continue;
                };
                for (field, value) in fields.iter_mut() {
                    if let (true, Some(Value::Date(date))) = (*field == *earlier, value) {
                        *date = latest.min(*date);
                    }
                }
            }
            Rule::InOrderInRows {
                table,
                earlier,
                later,
            } => {
                let latest = date_of(fields, later).unwrap();
                let found = fields.iter_mut().find(|(f, _)| f == table);
                let Some((_, Some(Value::Rows(rows)))) = found else {
                    continue;
                };
                let T::Table(of) = table.ty else {
                    unreachable!("a table")
                };
                for row in rows {
                    let columns = of.columns.iter().map(|c| c.field);
                    let values = columns.map(|column| match row.get(column) {
                        Some(Value::Date(date)) if column == *earlier => {
                            Some(Value::Date(latest.min(*date)))
                        }
                        value => value.cloned(),
                    });
                    *row = Member::new(values.collect());
                }
            }
            Rule::FaceFromAge(_) => {
                let with_face = fields.iter().any(|(f, v)| *f == &FACE && v.is_some());
                for (field, value) in fields.iter_mut() {
                    if with_face && *field == &BIRTH_DATE {
                        *value = Some(Value::Date(Date::from_days(0).unwrap()));
                    }
                    if with_face && *field == &ISSUE_DATE {
                        *value = None;
                    }
                }
            }
            Rule::Columns(..) | Rule::Rows(..) | Rule::Others(_) | Rule::Foreign(_) => {}
        }
    }
}
