//! Pages as marks with a structure: what is drawn where, and what it is for somebody who cannot see it.
//!
//! Layouts fill a [`Sheet`]; `paint.rs` turns it into a file. All lengths are millimetres from the page's top left, font
//! sizes are points.

use super::fonts::Weight;
use crate::render::qr::Symbol;

/// Shade of text and lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// What the document says.
    Black,
    /// Labels and notes; 7 : 1 on white.
    Grey,
    /// Lines between rows.
    Line,
    /// Behind the headings of tables.
    Tint,
    /// The colour of headings and rules.
    Accent,
}

/// Size, weight and shade of text.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Points.
    pub size: f32,
    /// Weight.
    pub weight: Weight,
    /// Shade.
    pub tone: Tone,
}

impl Style {
    /// Black regular text.
    pub const fn regular(size: f32) -> Self {
        Self {
            size,
            weight: Weight::Regular,
            tone: Tone::Black,
        }
    }

    /// Black bold text.
    pub const fn bold(size: f32) -> Self {
        Self {
            size,
            weight: Weight::Bold,
            tone: Tone::Black,
        }
    }

    /// Grey regular text.
    pub const fn grey(size: f32) -> Self {
        Self {
            size,
            weight: Weight::Regular,
            tone: Tone::Grey,
        }
    }

    /// The same in another shade.
    pub const fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Width of text in millimetres.
    pub fn width(&self, text: &str) -> f32 {
        self.weight.face().width(text, self.size)
    }

    /// Text in lines at most that wide.
    pub fn lines<'t>(&self, text: &'t str, width: f32) -> Vec<&'t str> {
        self.weight.face().lines(text, self.size, width)
    }

    /// From one baseline to the next, in millimetres.
    pub fn leading(&self) -> f32 {
        self.size * super::fonts::POINT * 1.28
    }

    /// From the top of a line to its baseline, in millimetres.
    pub fn ascent(&self) -> f32 {
        self.size * super::fonts::POINT * 0.95
    }
}

/// A decoded picture: 8-bit RGB.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Row by row, three bytes a pixel.
    pub rgb: Vec<u8>,
}

/// Something visible.
#[derive(Debug, Clone)]
pub enum Ink {
    /// One line of text from its left end on the baseline.
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    /// A filled rectangle.
    Rectangle {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        tone: Tone,
    },
    /// A QR symbol with its quiet zone in a square.
    Symbol {
        x: f32,
        y: f32,
        side: f32,
        symbol: Symbol,
    },
    /// A picture.
    Picture {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        picture: Picture,
    },
}

/// What a part of a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A heading of that level.
    Heading(u16),
    /// A paragraph.
    Paragraph,
    /// A table of rows.
    Table,
    /// A row.
    Row,
    /// A heading of a row.
    RowHead,
    /// A heading of a column.
    ColumnHead,
    /// A cell.
    Cell,
    /// A list.
    List,
    /// An item of a list.
    Item,
    /// A picture, in words.
    Figure(String),
}

/// A part of the document's structure, in reading order.
#[derive(Debug)]
pub struct Element {
    /// What it is.
    pub role: Role,
    /// Its language where it is not Indonesian.
    pub lang: Option<&'static str>,
    /// What it is made of.
    pub children: Vec<Child>,
    /// Text of a heading.
    pub text: String,
}

/// A part of an element, by its number.
#[derive(Debug, Clone, Copy)]
pub enum Child {
    /// Of [`Sheet::elements`].
    Element(usize),
    /// Of [`Sheet::contents`].
    Content(usize),
}

/// Marks on one page that belong to one element, or to none if they only decorate.
#[derive(Debug)]
pub struct Content {
    /// From 0.
    pub page: usize,
    /// Whether an element owns it.
    pub owned: bool,
    /// Back to front.
    pub inks: Vec<Ink>,
}

/// A document before it is a file.
#[derive(Debug)]
pub struct Sheet {
    /// Title of the document.
    pub title: String,
    /// When it was issued, epoch seconds.
    pub issued: Option<i64>,
    /// Width and height of every page.
    pub size: (f32, f32),
    /// How many pages.
    pub pages: usize,
    /// The structure; number 0 is the root.
    pub elements: Vec<Element>,
    /// All marks in the order in which they are drawn.
    pub contents: Vec<Content>,
    open: Vec<usize>,
}

impl Sheet {
    /// One empty page.
    pub fn new(title: impl Into<String>, size: (f32, f32)) -> Self {
        let root = Element {
            role: Role::Paragraph,
            lang: None,
            children: Vec::new(),
            text: String::new(),
        };
        Self {
            title: title.into(),
            issued: None,
            size,
            pages: 1,
            elements: vec![root],
            contents: Vec::new(),
            open: vec![0],
        }
    }

    /// Starts the next page. What is open stays open.
    pub fn next_page(&mut self) {
        self.pages += 1;
    }

    /// Draws what `fill` draws as one element of the structure.
    pub fn element(&mut self, role: Role, fill: impl FnOnce(&mut Self)) {
        self.element_in(None, role, fill);
    }

    /// As [`Self::element`], in another language than Indonesian.
    pub fn element_in(
        &mut self,
        lang: Option<&'static str>,
        role: Role,
        fill: impl FnOnce(&mut Self),
    ) {
        let number = self.elements.len();
        self.elements.push(Element {
            role,
            lang,
            children: Vec::new(),
            text: String::new(),
        });
        let parent = self.current();
        self.elements[parent].children.push(Child::Element(number));
        self.open.push(number);
        fill(self);
        self.open.pop();
    }

    fn current(&self) -> usize {
        self.open.last().copied().unwrap_or_default()
    }

    /// Draws on the last page, as part of the open element.
    pub fn draw(&mut self, ink: Ink) {
        let (page, current) = (self.pages - 1, self.current());
        if let Ink::Text { text, .. } = &ink {
            self.elements[current].text.push_str(text);
        }
        let last = self.contents.len().wrapping_sub(1);
        if let Some(Child::Content(n)) = self.elements[current].children.last()
            && *n == last
            && self.contents[last].page == page
        {
            self.contents[last].inks.push(ink);
            return;
        }
        self.elements[current]
            .children
            .push(Child::Content(last.wrapping_add(1)));
        self.contents.push(Content {
            page,
            owned: true,
            inks: vec![ink],
        });
    }

    /// Draws something that says nothing: lines, tints, repeated headings.
    pub fn decorate(&mut self, ink: Ink) {
        self.decorate_on(self.pages - 1, ink);
    }

    /// As [`Self::decorate`], on an earlier page.
    pub fn decorate_on(&mut self, page: usize, ink: Ink) {
        self.contents.push(Content {
            page,
            owned: false,
            inks: vec![ink],
        });
    }

    /// A line of text.
    pub fn text(&mut self, x: f32, y: f32, style: Style, text: impl Into<String>) {
        self.draw(Ink::Text {
            x,
            y,
            style,
            text: text.into(),
        });
    }

    /// Lines of text from the top `y` on; where the next line's top would be.
    pub fn block(&mut self, x: f32, mut y: f32, width: f32, style: Style, text: &str) -> f32 {
        for line in style.lines(text, width) {
            self.text(x, y + style.ascent(), style, line);
            y += style.leading();
        }
        y
    }

    /// As [`Self::block`], each line centred in the width.
    pub fn centred(&mut self, x: f32, mut y: f32, width: f32, style: Style, text: &str) -> f32 {
        for line in style.lines(text, width) {
            let left = x + (width - style.width(line.trim_end())) / 2.0;
            self.text(left, y + style.ascent(), style, line);
            y += style.leading();
        }
        y
    }

    /// A horizontal line.
    pub fn rule(&mut self, x: f32, y: f32, width: f32, thickness: f32, tone: Tone) {
        self.decorate(Ink::Rectangle {
            x,
            y,
            width,
            height: thickness,
            tone,
        });
    }
}
