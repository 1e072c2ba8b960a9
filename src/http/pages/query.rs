//! Values of a query string.

/// The first value of that name, decoded; empty where there is none.
pub fn value_of(query: Option<&str>, name: &str) -> String {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut values = pairs.filter(|(key, _)| key == name);
    values
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
