//! Importing names of regions. Abolished codes stay: documents of the past refer to them.

use crate::chance::Chance;
use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::import::lines::Cells;
use crate::import::{BATCH, BadRow, Summary};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::regions;
use credential::document::Value;
use credential::ids::KodeWilayah;
use credential::kinds::fields::VILLAGE;

/// Names of the columns.
pub const NAMES: &[&str] = &["kode", "nama"];

/// Stores regions, a thousand to a transaction.
pub async fn import<I>(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    rows: I,
    bad: &mut dyn FnMut(BadRow),
    done: &mut dyn FnMut(u64),
) -> Outcome<Summary>
where
    I: Iterator<Item = Result<(u64, Cells), BadRow>>,
{
    let mut summary = Summary::default();
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let mut tx = service.db.begin().await?;
        let (now, mut last, mut stored) = (service.clock.now(), 0, 0);
        for row in rows.by_ref().take(BATCH) {
            let region = row.and_then(|(line, cells)| {
                last = line;
                region(&cells).map_err(|(column, reason)| BadRow {
                    line,
                    column: column.to_string(),
                    reason,
                })
            });
            match region {
                Ok((kode, nama)) => {
                    let known = regions::is_known(&mut tx, kode).await?;
                    regions::upsert(&mut tx, &service.register(), kode, &nama, now).await?;
                    stored += 1;
                    summary.updated += u64::from(known);
                    summary.inserted += u64::from(!known);
                }
                Err(row) => {
                    last = row.line;
                    summary.rejected += 1;
                    bad(row);
                }
            }
        }
        let act = Act {
            detail: Some(format!("{stored} stored")),
            ..Act::new("import.regions")
        };
        record(&mut tx, &service.clock, chance, actor, act).await?;
        tx.commit().await?;
        done(last);
    }
    Ok(summary)
}

/// What a row says: a code and its name. An error names the column and the rule, never the value.
pub fn region(cells: &Cells) -> Result<(KodeWilayah, String), (&'static str, String)> {
    let cell = |name: &'static str| {
        let cell = cells.iter().find(|(column, _)| column == name);
        let text = cell.map(|(_, text)| text.trim()).filter(|t| !t.is_empty());
        text.ok_or((name, "is missing".to_string()))
    };
    let kode = KodeWilayah::parse(cell("kode")?).map_err(|e| ("kode", e.rule.to_string()))?;
    let nama = Value::parse(&VILLAGE.ty, cell("nama")?).map_err(|e| ("nama", e.to_string()))?;
    Ok((kode, nama.as_text().unwrap_or_default().to_string()))
}
