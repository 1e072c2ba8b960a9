//! Where a letter goes. Made only by parsing; does not print.

use credential::ids::BadId;

/// An e-mail address or a phone number.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// By mail.
    Email(Email),
    /// By the webhook for SMS and WhatsApp.
    Phone(Phone),
}

/// An e-mail address that the mailer takes.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(lettre::Address);

/// Country code and number, 8 to 15 digits (E.164), without `+`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Address {
    /// Parses an e-mail address, or a phone number as people type it; a leading 0 means Indonesia.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        if text.contains('@') {
            return Email::parse(text).map(Self::Email);
        }
        Phone::parse(text).map(Self::Phone)
    }

    /// As it is sealed, and as it is parsed from again.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.0.as_ref(),
            Self::Phone(phone) => &phone.0,
        }
    }
}

impl Email {
    /// Parses an address; blanks around it do not count.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "email",
            rule: "must be an e-mail address like nama@contoh.id",
        };
        let text = text.trim();
        if text.len() > 254 || !text.is_ascii() {
            return Err(wrong);
        }
        text.parse().map(Self).map_err(|_| wrong)
    }

    /// As the mailer takes it.
    pub fn mailer(&self) -> &lettre::Address {
        &self.0
    }
}

impl Phone {
    /// Parses a number like `0812-3456-7890` or `+62 812…`.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "phone",
            rule: "must be a phone number like 0812 3456 7890 or +62 812 3456 7890",
        };
        let text = text.trim();
        let rest = text.strip_prefix('+').unwrap_or(text);
        let known = |c: char| c.is_ascii_digit() || " -.()".contains(c);
        if !rest.chars().all(known) {
            return Err(wrong);
        }
        let mut digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if rest.len() == text.len()
            && let Some(national) = digits.strip_prefix('0')
        {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type_and_reads_it_back() {
        for (text, read) in [
            (" siti@contoh.id ", "siti@contoh.id"),
            ("0812-3456-7890", "6281234567890"),
            ("+62 (812) 3456 7890", "6281234567890"),
        ] {
            let address = Address::parse(text).ok();
            assert!(
                address.as_ref().is_some_and(|a| a.as_str() == read),
                "{text}"
            );
            let again = address.map(|a| Address::parse(a.as_str()).ok() == Some(a));
            assert_eq!(again, Some(true), "{text}");
        }
        for text in [
            "",
            "@",
            "a@",
            "a b@c.id",
            "a@b.id\r\nBcc: x@y.id",
            "0812",
            "0812x4567890",
            "+0812345678",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
