//! The database behind the server's back, as somebody with the file would change it.

use crate::support::Data;
use ikd::store::applications::seal;

/// Runs a statement: how many rows it changed, or what the database says against it.
pub fn change(data: &Data, sql: &str) -> Result<u64, String> {
    data.base.change(sql)
}

/// A number of a query.
pub fn number(data: &Data, sql: &str) -> i64 {
    data.base.numbers(sql)[0]
}

/// A text of a query.
pub fn text(data: &Data, sql: &str) -> String {
    data.base.texts(sql).remove(0)
}

/// A UUID as a blob of SQL.
pub fn blob(data: &Data, id: &str) -> String {
    data.base.blob(id)
}

/// Changes rows of applications as the service would have written them.
pub fn rewrite(data: &Data, sql: &str) -> Result<u64, String> {
    let done = change(data, sql)?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(async {
        let folder = data.file("data");
        let service = ikd::cli::context::open_on(&folder, data.base.url());
        let service = service.await.unwrap();
        let mut tx = service.db.begin().await.unwrap();
        let (register, mut after) = (service.register(), Vec::new());
        while let Some(some) = seal::seal(&mut tx, &register, &after, 1000, true)
            .await
            .unwrap()
        {
            after = some.last;
        }
        tx.commit().await.unwrap();
        service.db.close().await;
    });
    Ok(done)
}
