//! How a citizen is reached: an e-mail address or a phone number, made only by parsing. Neither prints by accident.

use credential::ids::BadId;
use std::net::IpAddr;

/// Longest contact in bytes: the longest e-mail address that mail servers take (RFC 5321).
pub const CONTACT_MAX: usize = 254;

/// Where codes and notices go.
#[derive(Clone, PartialEq, Eq)]
pub enum Contact {
    /// By mail.
    Email(Email),
    /// By the webhook for SMS and WhatsApp.
    Phone(Phone),
}

/// An e-mail address of plain ASCII, without quotes or comments; its domain is in lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// A phone number: country code and number, 8 to 15 digits (E.164), without `+`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Email {
    /// Parses an address as people type it; blanks around it do not count.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "email",
            rule: "must be an e-mail address like nama@contoh.id",
        };
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(wrong)?;
        let local_byte = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&b);
        let local_fits = (1..=64).contains(&local.len())
            && local.bytes().all(local_byte)
            && local.split('.').all(|part| !part.is_empty());
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        // Mail to a bare host or to a number of a machine is never a citizen's.
        let top = domain.rsplit('.').next().unwrap_or_default();
        let domain_fits = domain.contains('.')
            && domain.split('.').all(label_fits)
            && top.bytes().any(|b| b.is_ascii_alphabetic())
            && domain.parse::<IpAddr>().is_err();
        if text.len() > CONTACT_MAX || !local_fits || !domain_fits {
            return Err(wrong);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Phone {
    /// Parses a number as people type it: `0812-3456-7890`, `+62 812…`, `62812…`. A leading 0 means Indonesia.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "phone",
            rule: "must be a phone number like 0812 3456 7890 or +62 812 3456 7890",
        };
        let text = text.trim();
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut digits = String::with_capacity(16);
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '.' | '(' | ')' => {}
                _ => return Err(wrong),
            }
        }
        if let (false, Some(national)) = (international, digits.strip_prefix('0')) {
            digits = format!("62{national}");
        }
        if digits.starts_with('0') || !(8..=15).contains(&digits.len()) {
            return Err(wrong);
        }
        Ok(Self(digits))
    }

    /// Its digits with the country code.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl Contact {
    /// An address or a number, by whether there is an `@` in it.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        if text.contains('@') {
            return Email::parse(text).map(Self::Email);
        }
        if text.bytes().any(|b| b.is_ascii_alphabetic()) {
            return Email::parse(text).map(Self::Email);
        }
        Phone::parse(text).map(Self::Phone)
    }

    /// As it is sealed, and as it is parsed from again.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.digits(),
        }
    }

    /// By which it is found again: mail servers treat capitals in a name alike, and so do people.
    pub fn key(&self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// Enough for its owner to know it by: `s•••@contoh.id`, `62•••7890`.
    pub fn masked(&self) -> String {
        match self {
            Self::Email(email) => {
                let (local, domain) = email.0.rsplit_once('@').unwrap_or_default();
                let first: String = local.chars().take(1).collect();
                format!("{first}•••@{domain}")
            }
            Self::Phone(phone) => {
                let tail = &phone.0[phone.0.len() - 4..];
                format!("{}•••{tail}", &phone.0[..2])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        let good = [
            ("  siti.aminah+kk@Contoh.ID ", "siti.aminah+kk@contoh.id"),
            ("a@b.co", "a@b.co"),
            ("Budi_7@mail.go.id", "Budi_7@mail.go.id"),
        ];
        for (text, read) in good {
            assert!(
                Email::parse(text).is_ok_and(|e| e.as_str() == read),
                "{text}"
            );
        }
        let long = format!("{}@contoh.id", "a".repeat(65));
        let longer = format!("a@{}id", "abcdefgh.".repeat(32));
        let bad = [
            "",
            "@",
            "a@",
            "@b.id",
            "a b@c.id",
            "a@b",
            "a@1.2.3.4",
            "a..b@c.id",
            ".a@c.id",
            "a.@c.id",
            "a@-b.id",
            "a@b-.id",
            "a@b..id",
            "<a@b.id>",
            "a@b.id,c@d.id",
            "a\r\nBcc: x@y.id",
            "a@b.id\r\nx",
            "sité@b.id",
            "\"a\"@b.id",
            &long,
            &longer,
        ];
        for text in bad {
            assert!(Email::parse(text).is_err(), "{text}");
            assert!(Contact::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers() {
        for text in [
            "0812-3456-7890",
            "+62 812 3456 7890",
            "6281234567890",
            "(0812) 34567890",
        ] {
            assert!(
                Phone::parse(text).is_ok_and(|p| p.digits() == "6281234567890"),
                "{text}"
            );
        }
        for text in [
            "",
            "+",
            "0",
            "0812",
            "+0812345678",
            "08123456789012345",
            "0812x4567890",
            "٠٨١٢٣٤٥٦٧٨٩",
        ] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn masks_and_keys() {
        let mail = Contact::parse("Siti@Contoh.id").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            (mail.masked().as_str(), mail.key().as_str()),
            ("S•••@contoh.id", "siti@contoh.id")
        );
        let phone = Contact::parse("081234567890").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(phone.masked(), "62•••7890");
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back(text in "[ -~]{0,40}") {
            if let Ok(contact) = Contact::parse(&text) {
                let again = Contact::parse(contact.as_str());
                prop_assert!(again.is_ok_and(|again| again == contact));
                prop_assert!(contact.as_str().len() <= CONTACT_MAX);
            }
        }
    }
}
