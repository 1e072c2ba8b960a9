//! A signer that is slow, as a device is: it bounds the rate, is told of, and nothing waits for anything else.

use crate::ground::*;
use crate::support::database::Base;
use ikd::bulk::{Run, Settings, report};
use ikd::clock::Clock;
use ikd::config::{Config, DataDir};
use ikd::crypter::Crypter;
use ikd::keys::{KeyError, Keyring, Role, Signer};
use ikd::service::Service;
use ikd::store::open::Older;
use ikd::store::{Db, keys};
use secrecy::SecretString;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One signature after the other, a millisecond each.
struct Device {
    key: Arc<dyn Signer>,
    turn: Mutex<()>,
}

impl Signer for Device {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let _turn = self.turn.lock().unwrap();
        std::thread::sleep(Duration::from_millis(1));
        self.key.sign(message)
    }
}

#[test]
fn a_slow_signer_is_told_of() {
    let data = people(600);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "50"]);
    let directory = DataDir::new(data.file("data"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let keyring = Keyring::new(directory.keys(), None);
        let db = match &data.base {
            Base::Sqlite(path) => Db::open_sqlite(path, false).await,
            Base::Postgres(fresh) => {
                let url = SecretString::from(fresh.url());
                Db::open_postgres(&url, 8, Older::Refuse).await
            }
        };
        let db = db.unwrap();
        let mut tx = db.read().await.unwrap();
        let all = keys::all(&mut tx).await.unwrap();
        drop(tx);
        for key in all.iter().filter(|key| key.role == Role::Issuer) {
            let (kid, key) = (key.kid, keyring.signer(key.role, key.kid).unwrap());
            let turn = Mutex::new(());
            keyring.adopt(kid, Arc::new(Device { key, turn }));
        }
        let service = Arc::new(Service {
            figures: Default::default(),
            signed: Default::default(),
            held: Default::default(),
            decoders: Default::default(),
            portraits: Default::default(),
            clock: Clock::System,
            crypter: Crypter::open_file(&directory.data_key()).unwrap(),
            config: Config::read(&directory.config()).unwrap(),
            keyring,
            db,
            data: directory,
        });
        let (job, _) = report(&service, None).await.unwrap();
        let settings = Settings {
            cores: 2,
            signers: 1,
            lanes: 4,
        };
        let run = Arc::new(Run::new(Arc::clone(&service), job, "uji".into(), settings));
        run.work().await.unwrap();
        // A millisecond each is the most that is possible; how much less it is the machine decides.
        let rate = run.tally.signer_rate().unwrap();
        assert!(rate > 0.0 && rate < 1_000.0, "{rate}");
        service.db.close().await;
    });
    assert_eq!(check(&data), 600);
}
