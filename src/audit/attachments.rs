//! Attachments: each has its file, and it opens with this `data.key`.

use super::{PAGE, Report};
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::attachments;

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let blobs = service.blobs();
    let mut after = None;
    loop {
        let mut tx = service.db.read().await?;
        let page = attachments::all_after(&mut tx, after, PAGE).await?;
        drop(tx);
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for attachment in &page {
            report.attachments += 1;
            let place = format!("attachment {}", attachment.id);
            match blobs.get(&service.crypter, &attachment.hash) {
                Err(_) => report.fault(place, "its file in blobs/ is missing or does not open"),
                Ok(file) if file.len() as i64 != attachment.size => {
                    report.fault(place, "its file in blobs/ has another size");
                }
                Ok(_) => {}
            }
        }
        progress(report);
    }
}
