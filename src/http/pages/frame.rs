//! What every page knows: its language, its address, its title, and who looks at it.

use super::assets;
use super::language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Uri};
use credential::lang::{Lang, Text};
use std::convert::Infallible;

/// Everything under this path is for officers and has their header.
pub const OFFICERS: &str = "/petugas";

/// Who is signed in, for the header of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The name to show.
    pub name: String,
    /// Role and office of an officer; empty for others.
    pub label: String,
    /// Citizen, officer or guest.
    pub kind: WhoKind,
}

/// As what somebody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoKind {
    /// With an account.
    Citizen,
    /// Of an office.
    Officer,
    /// Without an account, by registration number and code: sees one application.
    Guest,
}

/// A signed-in visitor. Whoever reads the session puts it into the request's extensions (a middleware around the
/// routes), and every [`Frame`] of that request has it.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// For the header.
    pub who: Who,
    /// The token that this visitor's forms carry, masked anew for each request: pages are compressed, and a secret
    /// that stands in many compressed pages can be guessed from their lengths (BREACH).
    pub csrf: String,
    /// Where they may go, in the header of the officers' pages.
    pub nav: Vec<NavItem>,
}

/// One entry of the officers' navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavItem {
    /// Its address.
    pub href: &'static str,
    /// Its name.
    pub label: Text,
}

/// What the layout of a page shows around its content. Every page's template struct has it as its field `frame`;
/// layout and components refer to it by that name.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Language of the page.
    pub lang: Lang,
    /// Title of the page, without the service's name.
    pub title: String,
    /// The token for forms, where somebody is signed in.
    pub csrf: Option<String>,
    /// Who is signed in.
    pub who: Option<Who>,
    /// The officers' navigation; empty for others.
    pub nav: Vec<NavItem>,
    /// Path of this page, without the query.
    pub path: String,
    /// Whether the visitor chose the language with this very request, so that it is to be remembered.
    pub chosen: bool,
    query: String,
}

impl Frame {
    /// Of a request.
    pub fn of(uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let asked = language::of_query(uri.query());
        let mut frame = Self {
            lang: asked.unwrap_or_else(|| language::of_headers(headers)),
            title: String::new(),
            csrf: None,
            who: None,
            nav: Vec::new(),
            path: uri.path().to_string(),
            chosen: asked.is_some(),
            query: uri.query().unwrap_or_default().to_string(),
        };
        if let Some(visitor) = extensions.get::<Visitor>() {
            frame.is_seen_by(visitor.clone());
        }
        frame
    }

    /// The page of somebody who is signed in.
    pub fn is_seen_by(&mut self, visitor: Visitor) {
        self.csrf = Some(visitor.csrf);
        self.who = Some(visitor.who);
        self.nav = visitor.nav;
    }

    /// The same with a title.
    pub fn titled(mut self, id: &str, en: &str) -> Self {
        self.title = self.t(id, en).to_string();
        self
    }

    /// The words in the page's language.
    pub fn t<'a>(&self, id: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Id => id,
            Lang::En => en,
        }
    }

    /// A text of the tables in the page's language.
    pub fn say(&self, text: &Text) -> &'static str {
        text.get(self.lang)
    }

    /// For `<html lang>`.
    pub fn html_lang(&self) -> &'static str {
        language::code(self.lang)
    }

    /// Address of a static file.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// Whether the header is the officers'.
    pub fn is_desk(&self) -> bool {
        self.path == OFFICERS || self.path.starts_with("/petugas/")
    }

    /// Whether this page is `path` or lies below it; for `aria-current` in navigation.
    pub fn is_at(&self, path: &str) -> bool {
        let rest = self.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether somebody is signed in as a citizen, with or without an account.
    pub fn is_citizen(&self) -> bool {
        let kind = self.who.as_ref().map(|who| who.kind);
        matches!(kind, Some(WhoKind::Citizen | WhoKind::Guest))
    }

    /// Address of this page in the other language.
    pub fn switch(&self) -> String {
        let kept = self.query.split('&');
        let kept = kept.filter(|p| !p.is_empty() && *p != "bahasa" && !p.starts_with("bahasa="));
        let mut address = format!("{}?", self.path);
        for pair in kept {
            address += pair;
            address.push('&');
        }
        address + "bahasa=" + language::code(self.other())
    }

    /// The language this page is not in.
    pub fn other(&self) -> Lang {
        match self.lang {
            Lang::Id => Lang::En,
            Lang::En => Lang::Id,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri, &parts.headers, &parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(address: &str) -> Frame {
        let uri = address.parse().unwrap();
        Frame::of(&uri, &HeaderMap::new(), &Extensions::new())
    }

    #[test]
    fn the_switch_keeps_the_other_parameters() {
        assert_eq!(frame("/layanan").switch(), "/layanan?bahasa=en");
        assert_eq!(
            frame("/layanan?cari=akta&bahasa=en&x=1").switch(),
            "/layanan?cari=akta&x=1&bahasa=id"
        );
    }

    #[test]
    fn a_page_lies_at_its_section_and_not_at_one_that_begins_alike() {
        assert!(frame("/cek").is_at("/cek"));
        assert!(frame("/layanan/kk").is_at("/layanan"));
        assert!(!frame("/status").is_at("/cek"));
        assert!(frame("/petugas/antrean").is_desk());
        assert!(!frame("/petugasan").is_desk());
    }
}
