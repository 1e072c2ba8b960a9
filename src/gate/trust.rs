//! Rules of the trust list. Pure.

use super::held::{Finding, Held, What};
use credential::trust_list::{Issuer, KeyState, TrustList};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What is wrong with a trust list that follows another: everybody who is in it stays in it, nobody counts for more than
/// before, and no distrust is taken back or made shorter. New keys are no finding.
pub fn findings<'i>(
    before: &TrustList,
    version: u64,
    issued: i64,
    issuers: impl Iterator<Item = &'i Issuer>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if version < before.version {
        findings.push(Finding::Back {
            what: "the version of the trust list".into(),
            out: i64::try_from(before.version).unwrap_or(i64::MAX),
        });
    }
    if issued < before.issued {
        findings.push(Finding::Back {
            what: "the trust list".into(),
            out: before.issued,
        });
    }
    let after: HashMap<_, _> = issuers.map(|issuer| (issuer.key_id(), issuer)).collect();
    for old in before.issuers() {
        let key = old.key_id();
        let Some(new) = after.get(&key) else {
            let what = format!("the key {key} of {}", old.iss);
            findings.push(Finding::Gone { what });
            continue;
        };
        if is_revived(old.state, new.state) {
            findings.push(Finding::Revived { key });
        }
        if is_wider(old, new) {
            findings.push(Finding::Wider { key });
        }
    }
    findings
}

/// Whether a key counts again, or for longer, than was said of it.
fn is_revived(old: KeyState, new: KeyState) -> bool {
    use KeyState::{Active, Compromised, Retired};
    match (old, new) {
        (Active, _) => false,
        // What was distrusted since then is distrusted since then at least.
        (Retired(was), Retired(is) | Compromised(is)) | (Compromised(was), Compromised(is)) => {
            is > was
        }
        (Retired(_) | Compromised(_), Active) | (Compromised(_), Retired(_)) => true,
    }
}

/// Whether a key counts for anything that it did not count for. Kinds may come: a new version knows more of them.
fn is_wider(old: &Issuer, new: &Issuer) -> bool {
    let same = old.iss == new.iss && old.profile == new.profile;
    let within = new.region.starts_with(&old.region);
    !same || !within || new.not_before < old.not_before || new.not_after > old.not_after
}

/// Whether a trust list may follow the one that is out.
///
/// # Errors
/// What is wrong with it.
pub fn judge<'i>(
    before: &TrustList,
    version: u64,
    issued: i64,
    issuers: impl Iterator<Item = &'i Issuer>,
) -> Result<(), Held> {
    let out = before.version.to_be_bytes();
    held(
        What::Trust,
        &out,
        findings(before, version, issued, issuers),
    )
}

/// What is held with that wrong with it; nothing where nothing is. `out`: which one is out; once another is, a release is for
/// nothing any more.
pub(super) fn held(what: What, out: &[u8], findings: Vec<Finding>) -> Result<(), Held> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut hash = Sha256::new_with_prefix("edition\0");
    hash.update(u64::try_from(out.len()).unwrap_or_default().to_be_bytes());
    hash.update(out);
    for finding in &findings {
        hash.update(finding.to_string());
        hash.update([0]);
    }
    Err(Held {
        what,
        mark: hash.finalize().into(),
        changes: 0,
        findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyState::{Active, Compromised, Retired};

    #[test]
    fn distrust_only_grows() {
        let states = [
            Active,
            Retired(5),
            Retired(6),
            Compromised(5),
            Compromised(6),
        ];
        let mut revived = vec![];
        for old in states {
            for new in states {
                if is_revived(old, new) {
                    revived.push((old, new));
                }
            }
        }
        assert_eq!(
            revived,
            [
                (Retired(5), Active),
                (Retired(5), Retired(6)),
                (Retired(5), Compromised(6)),
                (Retired(6), Active),
                (Compromised(5), Active),
                (Compromised(5), Retired(5)),
                (Compromised(5), Retired(6)),
                (Compromised(5), Compromised(6)),
                (Compromised(6), Active),
                (Compromised(6), Retired(5)),
                (Compromised(6), Retired(6)),
            ]
        );
    }

    #[test]
    fn a_key_counts_for_no_more_than_it_did() {
        let old = Issuer {
            key: credential::ed25519::PublicKey::from_bytes(&[
                0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64,
                0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68,
                0xf7, 0x07, 0x51, 0x1a,
            ])
            .unwrap(),
            iss: "ID.3273".into(),
            office: "Bandung".into(),
            region: "3273".into(),
            kinds: vec![1],
            not_before: 10,
            not_after: 20,
            state: Active,
            profile: credential::trust_list::Profile::Canonical,
        };
        let wider = |change: fn(&mut Issuer)| {
            let mut new = old.clone();
            change(&mut new);
            is_wider(&old, &new)
        };
        assert!(!wider(|_| {}));
        assert!(!wider(|new| new.office = "Kota Bandung".into()));
        assert!(!wider(|new| new.kinds.push(2)));
        assert!(!wider(|new| new.region = "327301".into()));
        assert!(!wider(|new| (new.not_before, new.not_after) = (11, 19)));
        assert!(wider(|new| new.region = "32".into()));
        assert!(wider(|new| new.region = "3171".into()));
        assert!(wider(|new| new.iss = "ID.3171".into()));
        assert!(wider(|new| new.not_before = 9));
        assert!(wider(|new| new.not_after = 21));
        assert!(wider(
            |new| new.profile = credential::trust_list::Profile::Foreign
        ));
    }
}
