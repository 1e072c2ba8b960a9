//! Codes of six digits that change every 30 seconds (RFC 6238), the second factor of officers.

use crate::chance::Chance;
use crate::crypter::{Cell, Crypter};
use crate::domain::ids::OfficerId;
use crate::failure::{Failure, Outcome};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

/// Bytes of a secret: the length of SHA-1's result, as RFC 4226 recommends.
const SECRET: usize = 20;
/// Steps before and after now whose codes count: clocks of phones differ.
const SKEW: u16 = 1;

/// An officer's secret. Cannot be printed.
pub struct Secret(Zeroizing<[u8; SECRET]>);

impl Secret {
    /// A new one.
    pub fn draw(chance: &mut Chance) -> Self {
        Self(Zeroizing::new(chance.bytes()))
    }

    /// Sealed for its row.
    pub fn seal(&self, crypter: &Crypter, chance: &mut Chance, officer: OfficerId) -> Vec<u8> {
        crypter.seal(chance, cell(&officer.to_vec()), self.0.as_slice())
    }

    /// From its row.
    pub fn open(crypter: &Crypter, officer: OfficerId, sealed: &[u8]) -> Outcome<Self> {
        let bytes = crypter.open(cell(&officer.to_vec()), sealed)?;
        let bytes: [u8; SECRET] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| Failure::Row("officer_logins.totp"))?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    fn totp(&self, login: &str) -> Outcome<Totp> {
        let builder = Builder::new()
            .with_secret(self.0.to_vec())
            .with_skew(SKEW)
            .with_account_name(login)
            .with_issuer(Some("IKD Dukcapil"));
        builder
            .build()
            .map_err(|_| Failure::Row("officer_logins.totp"))
    }

    /// The time step whose code this is, if it counts at that time and is later than the last one that was taken.
    pub fn step_of(&self, code: &str, now: i64, last: Option<i64>) -> Outcome<Option<i64>> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(None);
        }
        let now = u64::try_from(now).unwrap_or_default();
        let step = self.totp("officer")?.check(&digits, now);
        let step = step.and_then(|step| i64::try_from(step).ok());
        Ok(step.filter(|step| last.is_none_or(|last| *step > last)))
    }

    /// The code of that second, for the demonstration, which has no phone.
    pub fn code(&self, now: i64) -> Outcome<Zeroizing<String>> {
        let now = u64::try_from(now).unwrap_or_default();
        let code = self.totp("officer")?.generate(now);
        Ok(Zeroizing::new(code.to_string()))
    }

    /// What an authenticator scans.
    pub fn url(&self, login: &str) -> Outcome<Zeroizing<String>> {
        let url = self.totp(login)?.to_url();
        url.map(Zeroizing::new)
            .map_err(|_| Failure::Row("officer_logins.login"))
    }

    /// What somebody types who cannot scan: Base32 in groups of four.
    pub fn text(&self) -> Zeroizing<String> {
        let plain = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(self.0.as_slice()));
        let groups: Vec<String> = plain
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        Zeroizing::new(groups.join(" "))
    }
}

pub(crate) fn cell(row: &[u8]) -> Cell<'_> {
    Cell {
        table: "officer_logins",
        row,
        column: "totp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of SHA-1, last six of the eight digits.
    #[test]
    fn codes_are_those_of_the_rfc_and_count_once() {
        let secret = Secret(Zeroizing::new(*b"12345678901234567890"));
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let step = now / 30;
            let of = |now, last| secret.step_of(code, now, last).unwrap();
            assert_eq!(of(now, None), Some(step));
            assert_eq!(of(now + 30, None), Some(step));
            assert_eq!(of(now - 30, None), Some(step));
            assert_eq!(of(now + 90, None), None);
            assert_eq!(of(now, Some(step)), None, "replayed");
            assert_eq!(of(now, Some(step - 1)), Some(step));
        }
        for bad in ["", "28708", "2870821", "+87082", "２８７０８２"] {
            assert_eq!(secret.step_of(bad, 59, None).unwrap(), None, "{bad}");
        }
        assert_eq!(secret.step_of(" 287 082", 59, None).unwrap(), Some(1));
        let url = secret.url("siti.aminah").unwrap();
        assert!(
            url.starts_with("otpauth://totp/") && url.contains("secret=GEZDGNBV"),
            "{}",
            *url
        );
        assert!(secret.text().starts_with("GEZD GNBV "));
    }
}
