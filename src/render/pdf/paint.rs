//! A sheet as a file: PDF 1.7, tagged as PDF/UA-1 asks.

use super::PdfError;
use super::compact::compact;
use super::fonts::POINT;
use super::sheet::{Child, Content, Element, Ink, Picture, Role, Sheet, Tone};
use crate::render::qr::{QUIET_ZONE, Symbol, outlines};
use krilla::color::{luma, rgb};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Paint};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, Node, TableHeaderScope,
    Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// The file. Same sheet, same bytes.
pub fn file(sheet: &Sheet) -> Result<Vec<u8>, PdfError> {
    let standard = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    let settings = SerializeSettings {
        configuration: standard.finish().map_err(|_| PdfError::Writer)?,
        ..SerializeSettings::default()
    };
    let mut document = Document::new_with(settings);
    let mut identifiers: Vec<Option<Identifier>> = vec![None; sheet.contents.len()];
    for number in 0..sheet.pages {
        let (width, height) = sheet.size;
        let settings = PageSettings::from_wh(width / POINT, height / POINT);
        let mut page = document.start_page_with(settings.ok_or(PdfError::Writer)?);
        let mut surface = page.surface();
        surface.push_transform(&Transform::from_scale(1.0 / POINT, 1.0 / POINT));
        let here = sheet
            .contents
            .iter()
            .enumerate()
            .filter(|(_, content)| content.page == number);
        let mut painted = Ok(());
        for (n, content) in here {
            match paint(&mut surface, content) {
                Ok(identifier) => identifiers[n] = Some(identifier),
                // The writer panics on a page that is dropped half finished.
                Err(e) => painted = Err(e),
            }
        }
        surface.pop();
        surface.finish();
        page.finish();
        painted?;
    }
    document.set_metadata(metadata(sheet));
    document.set_outline(outline(sheet));
    let mut tree = TagTree::new().with_lang(Some("id-ID".into()));
    for child in &sheet.elements[0].children {
        tree.push(node(sheet, child, &identifiers));
    }
    document.set_tag_tree(tree);
    let file = document.finish().map_err(|_| PdfError::Writer)?;
    Ok(compact(&file).unwrap_or(file))
}

fn metadata(sheet: &Sheet) -> Metadata {
    let metadata = Metadata::new()
        .title(sheet.title.clone())
        .language("id-ID".into())
        .creator("IKD".into());
    match sheet.issued.and_then(moment) {
        Some(moment) => metadata.creation_date(moment),
        None => metadata,
    }
}

/// Epoch seconds as a date and time in WIB.
fn moment(at: i64) -> Option<DateTime> {
    const WIB: i64 = 7 * 3600;
    let (year, month, day) = credential::date::Date::at_wib(at)?.ymd();
    let second = at.checked_add(WIB)?.rem_euclid(86_400);
    let date = DateTime::new(u16::try_from(year).ok()?)
        .month(u8::try_from(month).ok()?)
        .day(u8::try_from(day).ok()?);
    let time = date
        .hour((second / 3600) as u8)
        .minute((second / 60 % 60) as u8)
        .second((second % 60) as u8);
    Some(time.utc_offset_hour(7).utc_offset_minute(0))
}

/// The headings as bookmarks.
fn outline(sheet: &Sheet) -> Outline {
    let mut outline = Outline::new();
    for element in &sheet.elements {
        if let Role::Heading(_) = element.role
            && let Some((page, y)) = place(sheet, element)
        {
            let point = Point::from_xy(0.0, (y - 8.0).max(0.0) / POINT);
            let text = element.text.trim().to_string();
            outline.push_child(OutlineNode::new(text, XyzDestination::new(page, point)));
        }
    }
    outline
}

/// Page and height of an element's first mark.
fn place(sheet: &Sheet, element: &Element) -> Option<(usize, f32)> {
    element.children.iter().find_map(|child| match child {
        Child::Content(n) => match sheet.contents[*n].inks.first()? {
            Ink::Text { y, .. } => Some((sheet.contents[*n].page, *y)),
            _ => None,
        },
        Child::Element(_) => None,
    })
}

fn node(sheet: &Sheet, child: &Child, identifiers: &[Option<Identifier>]) -> Node {
    let number = match child {
        Child::Content(n) => {
            return Node::Leaf(identifiers[*n].expect("every page was painted"));
        }
        Child::Element(n) => *n,
    };
    let element = &sheet.elements[number];
    let tag = tag(sheet, element).with_lang(element.lang.map(str::to_string));
    let mut group = TagGroup::new(tag);
    let children = element
        .children
        .iter()
        .map(|child| node(sheet, child, identifiers));
    let children: Vec<Node> = children.collect();
    // What stands in an item of a list is its body.
    match element.role {
        Role::Item => group.push(TagGroup::with_children(Tag::LBody, children)),
        _ => group.children = children,
    }
    Node::Group(group)
}

fn tag(sheet: &Sheet, element: &Element) -> TagKind {
    match &element.role {
        Role::Heading(level) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(element.text.trim().to_string())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Role::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
        Role::List => Tag::L(ListNumbering::Decimal).into(),
        Role::Item => Tag::LI.into(),
        Role::Figure(words) => Tag::Figure(Some(words.clone()))
            .with_bbox(bounds(sheet, element))
            .into(),
    }
}

/// Where a figure stands.
fn bounds(sheet: &Sheet, element: &Element) -> Option<BBox> {
    let Some(Child::Content(n)) = element.children.first() else {
        return None;
    };
    let content = &sheet.contents[*n];
    let (x, y, width, height) = match content.inks.first()? {
        Ink::Symbol { x, y, side, .. } => (*x, *y, *side, *side),
        Ink::Picture {
            x,
            y,
            width,
            height,
            ..
        } => (*x, *y, *width, *height),
        _ => return None,
    };
    let rect = Rect::from_xywh(x / POINT, y / POINT, width / POINT, height / POINT)?;
    Some(BBox::new(content.page, rect))
}

fn paint(surface: &mut Surface<'_>, content: &Content) -> Result<Identifier, PdfError> {
    let tag = match content.owned {
        true => ContentTag::Other,
        false => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
    };
    let identifier = surface.start_tagged(tag);
    let drawn = content.inks.iter().try_for_each(|ink| draw(surface, ink));
    surface.end_tagged();
    drawn.map(|()| identifier)
}

fn draw(surface: &mut Surface<'_>, ink: &Ink) -> Result<(), PdfError> {
    match ink {
        Ink::Text { x, y, style, text } => {
            let face = style.weight.face();
            let glyphs = face.glyphs(text)?;
            fill(surface, style.tone, FillRule::NonZero);
            let at = Point::from_xy(*x, *y);
            surface.draw_glyphs(at, &glyphs, face.font(), text, style.size * POINT, false);
        }
        Ink::Rectangle {
            x,
            y,
            width,
            height,
            tone,
        } => {
            fill(surface, *tone, FillRule::NonZero);
            let mut path = PathBuilder::new();
            let rect = Rect::from_xywh(*x, *y, *width, *height).ok_or(PdfError::Writer)?;
            path.push_rect(rect);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Ink::Symbol { x, y, side, symbol } => {
            let module = side / (symbol.size() + 2 * QUIET_ZONE) as f32;
            let inset = module * QUIET_ZONE as f32;
            fill(surface, Tone::Black, FillRule::EvenOdd);
            let transform = Transform::from_row(module, 0.0, 0.0, module, x + inset, y + inset);
            surface.push_transform(&transform);
            if let Some(path) = modules(symbol) {
                surface.draw_path(&path);
            }
            surface.pop();
        }
        Ink::Picture {
            x,
            y,
            width,
            height,
            picture,
        } => {
            let image = Image::from_custom(Pixels(picture.clone()), true);
            let image = image.map_err(|_| PdfError::Photo)?;
            let size = Size::from_wh(*width, *height).ok_or(PdfError::Writer)?;
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(image, size);
            surface.pop();
        }
    }
    Ok(())
}

/// The dark modules, one unit each.
fn modules(symbol: &Symbol) -> Option<Path> {
    let mut path = PathBuilder::new();
    for outline in outlines(symbol) {
        let mut corners = outline
            .into_iter()
            .map(|(x, y)| (f32::from(x), f32::from(y)));
        if let Some((x, y)) = corners.next() {
            path.move_to(x, y);
            corners.for_each(|(x, y)| path.line_to(x, y));
            path.close();
        }
    }
    path.finish()
}

fn fill(surface: &mut Surface<'_>, tone: Tone, rule: FillRule) {
    let paint: Paint = match tone {
        Tone::Black => luma::Color::new(0).into(),
        Tone::Grey => luma::Color::new(78).into(),
        Tone::Line => luma::Color::new(205).into(),
        Tone::Tint => luma::Color::new(238).into(),
        Tone::Accent => rgb::Color::new(20, 58, 92).into(),
    };
    surface.set_fill(Some(Fill {
        paint,
        opacity: NormalizedF32::ONE,
        rule,
    }));
}

#[derive(Clone)]
struct Pixels(Picture);

impl std::hash::Hash for Pixels {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.rgb.hash(state);
    }
}

impl CustomImage for Pixels {
    fn color_channel(&self) -> &[u8] {
        &self.0.rgb
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        None
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        (self.0.width, self.0.height)
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Rgb
    }
}
