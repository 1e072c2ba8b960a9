//! In which language a visitor reads: what was asked for with this request, then the choice remembered in a cookie,
//! then the browser's languages; Indonesian where nothing says otherwise.

use axum::http::{HeaderMap, HeaderValue, header};
use credential::lang::Lang;

/// Name of the query parameter and of the cookie.
pub const NAME: &str = "bahasa";

/// `id` or `en`.
pub fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "id",
        Lang::En => "en",
    }
}

/// What the query asks for.
pub fn of_query(query: Option<&str>) -> Option<Lang> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| *name == NAME)
        .find_map(|(_, value)| Lang::parse(value))
}

/// What the cookie or the browser says.
pub fn of_headers(headers: &HeaderMap) -> Lang {
    of_cookie(headers)
        .or_else(|| of_browser(headers))
        .unwrap_or_default()
}

/// The header that remembers a choice for a year. It says nothing about the person, so it needs no consent.
pub fn remember(lang: Lang) -> HeaderValue {
    HeaderValue::from_static(match lang {
        Lang::Id => "bahasa=id; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        Lang::En => "bahasa=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
    })
}

fn of_cookie(headers: &HeaderMap) -> Option<Lang> {
    let all = headers.get_all(header::COOKIE).iter();
    let mut pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == NAME).then(|| Lang::parse(value))?)
}

/// The first of our languages in the browser's order of preference. Malay, Javanese and Sundanese readers read
/// Indonesian more easily than English.
fn of_browser(headers: &HeaderMap) -> Option<Lang> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Lang)> = None;
    for range in text.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let primary = tag.split('-').next().unwrap_or_default();
        let lang = match primary.to_ascii_lowercase().as_str() {
            "id" | "in" | "ms" | "jv" | "su" => Lang::Id,
            "en" => Lang::En,
            _ => continue,
        };
        let weight = parts.find_map(|p| p.strip_prefix("q=")?.parse().ok());
        let weight = weight.unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(cookie: &str, accept: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        of_headers(&headers)
    }

    #[test]
    fn the_cookie_comes_before_the_browser() {
        assert_eq!(lang("a=b; bahasa=en", "id"), Lang::En);
        assert_eq!(lang("bahasa=fr", "en-US,en;q=0.9"), Lang::En);
        assert_eq!(lang("", "de, en;q=0.5, id;q=0.8"), Lang::Id);
        assert_eq!(lang("", "en;q=0, fr"), Lang::Id);
        assert_eq!(lang("", "*"), Lang::Id);
    }

    #[test]
    fn the_query_takes_only_our_languages() {
        assert_eq!(of_query(Some("x=1&bahasa=en")), Some(Lang::En));
        assert_eq!(of_query(Some("bahasa=xx")), None);
        assert_eq!(of_query(None), None);
    }
}
