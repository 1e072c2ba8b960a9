//! Sealed values: each opens in its place with this `data.key`, and the keyed hashes by which people are found are of
//! what is sealed beside them.

use super::{PAGE, Report};
use crate::crypter::Cell;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::sealed::{self, Column};
use crate::store::{accounts, activations, devices};
use crate::{accounts as holders, wallet};

/// Values read at a time; of parts of uploads and portraits one has up to half a megabyte.
const VALUES: i64 = 100;

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    for column in sealed::COLUMNS.iter().chain([&sealed::UPLOAD_PARTS]) {
        // Looked at with the rest of what they say (`documents`).
        if column.table != "bound_credentials" {
            opens(service, column, report, progress).await?;
        }
    }
    found_by(service, report, progress).await
}

async fn opens(
    service: &Service,
    column: &Column,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let mut after = Vec::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = sealed::page(&mut tx, column, &after, VALUES).await?;
        drop(tx);
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for (row, value) in &page {
            let cell = Cell {
                table: column.table,
                row,
                column: column.column,
            };
            if service.crypter.open(cell, value).is_err() {
                let row = row.get(..16).unwrap_or(row);
                let row = data_encoding::HEXLOWER.encode(row);
                let place = format!("{} {row}", column.table);
                report.fault(
                    place,
                    format!("its {} does not open with this data.key", column.column),
                );
            }
        }
        progress(report);
    }
}

async fn found_by(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    const WRONG: &str = "is found by the hash of somebody else";
    let mut after = None;
    loop {
        let mut tx = service.db.read().await?;
        let page = accounts::page(&mut tx, after).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for account in &page {
            if !holders::is_whole(service, account) {
                report.fault(format!("account {}", account.id), WRONG);
            }
        }
        progress(report);
    }
    let mut after = Vec::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = devices::owners(&mut tx, &after, PAGE).await?;
        let Some((last, ..)) = page.last() else { break };
        after.clone_from(last);
        for (id, nik, index) in &page {
            if !wallet::is_of(service, "devices", id, nik, index) {
                report.fault(
                    format!("device {}", data_encoding::HEXLOWER.encode(id)),
                    WRONG,
                );
            }
        }
        progress(report);
    }
    let mut after = Vec::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = activations::owners(&mut tx, &after, PAGE).await?;
        let Some((last, ..)) = page.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for (id, nik, index) in &page {
            if !wallet::is_of(service, "activations", id, nik, index) {
                report.fault(
                    format!("activation {}", data_encoding::HEXLOWER.encode(id)),
                    WRONG,
                );
            }
        }
    }
}
