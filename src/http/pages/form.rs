//! What forms are made of, for the components.

/// One of several answers, for radio buttons and lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// A line of explanation, or empty.
    pub hint: String,
}

impl Choice {
    /// An answer without explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
        }
    }
}

/// A field and what is wrong with it in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Name of the field, which is also its anchor.
    pub field: &'static str,
    /// What is wrong and how to mend it.
    pub text: String,
}

/// Everything that is wrong in a form: listed above it, and told at each field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrongs(Vec<Wrong>);

impl Wrongs {
    /// One wrong field.
    pub fn one(field: &'static str, text: impl Into<String>) -> Self {
        let mut wrongs = Self::default();
        wrongs.add(field, text);
        wrongs
    }

    /// One more.
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push(Wrong {
            field,
            text: text.into(),
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text about one field, empty where it is right.
    pub fn of(&self, field: &str) -> &str {
        let found = self.0.iter().find(|wrong| wrong.field == field);
        found.map_or("", |wrong| &wrong.text)
    }

    /// All of them, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Wrong> {
        self.0.iter()
    }
}

/// The text about one field, empty where it is right.
pub fn wrong_of<'a>(wrongs: &'a [Wrong], field: &str) -> &'a str {
    let found = wrongs.iter().find(|wrong| wrong.field == field);
    found.map_or("", |wrong| &wrong.text)
}
