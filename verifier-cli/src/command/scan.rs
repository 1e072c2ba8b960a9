//! `ikd-verify scan`: pictures, directories of pictures, a picture on standard input.

use super::photo::Photo;
use super::problem::{Problem, in_words};
use super::report::{Corners, Place, Report};
use super::session::Session;
use super::{Failure, panics, shown, walk};
use ikd_verifier::pictures::{self, Picture, PictureError};
use ikd_verifier::reader::{self, Effort, Found};
use ikd_verifier::verifier::Verifier;
use indicatif::{ProgressBar, ProgressStyle};
use std::io;
use std::path::{Path, PathBuf};

pub fn run(
    session: &Session,
    inputs: &[PathBuf],
    brief: bool,
    photo: Option<&Path>,
) -> Result<u8, Failure> {
    let verifier = session.verifier()?;
    let with_directory = inputs.iter().any(|path| path.is_dir());
    let mut scan = Scan {
        verifier: &verifier,
        now: session.now,
        report: Report::new(session, brief || with_directory),
        photo: photo.map(Photo::to),
    };
    let done = inputs.iter().try_for_each(|path| match path.is_dir() {
        true => scan.directory(path),
        false => scan.file(path, false),
    });
    let done = done.and_then(|()| match scan.photo.take().and_then(Photo::missing) {
        Some((file, problem)) => scan.report.failed(&file, "no_photo", &problem),
        None => Ok(()),
    });
    let done = done.and_then(|()| match with_directory {
        true => scan.report.summary(),
        false => Ok(()),
    });
    done.map_err(Failure::Output)?;
    Ok(scan.report.tally.exit_status())
}

struct Scan<'s> {
    verifier: &'s Verifier,
    now: i64,
    report: Report<'s>,
    photo: Option<Photo>,
}

impl Scan<'_> {
    fn directory(&mut self, dir: &Path) -> io::Result<()> {
        let found = walk::files(dir);
        // Draws on standard error, and only on a terminal.
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
        let bar = ProgressBar::new(found.files.len() as u64);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.report.set_bar(bar.clone());
        for path in &found.files {
            bar.set_message(shown(path));
            self.file(path, true)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        for (dir, e) in &found.failed {
            let problem = Problem::io(dir, e);
            self.report.failed(&shown(dir), "unreadable", &problem)?;
        }
        Ok(())
    }

    /// One picture. In a directory, files that are no pictures are passed over.
    fn file(&mut self, path: &Path, in_directory: bool) -> io::Result<()> {
        let name = shown(path);
        // Decoders and detectors of others meet hostile bytes here: a panic costs this file, not the run.
        let looked = panics::catch(|| {
            let picture = match path.as_os_str() == "-" {
                true => pictures::read(io::stdin().lock(), 0)?,
                false => pictures::open(path)?,
            };
            let found = reader::read(&picture.gray(), &Effort::STILL);
            Ok((found, picture.factor()))
        });
        match looked {
            Some(Ok((found, factor))) => self.symbols(&name, &found, factor),
            Some(Err(PictureError::UnknownFormat))
                if in_directory && !walk::is_named_as_picture(path) =>
            {
                self.report.tally.skipped += 1;
                Ok(())
            }
            Some(Err(e)) => {
                let (code, problem) = explain(&name, e);
                self.report.failed(&name, code, &problem)
            }
            None => {
                let problem = Problem::new(
                    format!("{name}: pembaca gambar gagal pada berkas ini"),
                    format!("{name}: the picture decoder failed on this file"),
                );
                let problem = problem.hint(
                    "potret atau simpan ulang sebagai PNG; laporkan berkas ini bila aman dibagikan",
                    "take or save it again as PNG; report this file if it may be shared",
                );
                self.report.failed(&name, "decoder_failed", &problem)
            }
        }
    }

    fn symbols(&mut self, name: &str, found: &[Found], factor: usize) -> io::Result<()> {
        if found.is_empty() {
            return self.report.empty(name);
        }
        for (n, symbol) in found.iter().enumerate() {
            let judgement = self.verifier.judge(&symbol.text, self.now);
            let place = Place {
                file: Some(name.into()),
                symbol: Some((n + 1, found.len())),
                corners: Some(in_file(symbol.corners, factor)),
                ..Place::default()
            };
            self.report.judged(&place, &symbol.text, &judgement)?;
            if let Some(photo) = &mut self.photo
                && let Err((file, problem)) = photo.offer(&judgement)
            {
                self.report.failed(&file, "unwritable", &problem)?;
            }
        }
        Ok(())
    }
}

/// Corners in pixels of the file rather than of the reduced plane.
fn in_file(corners: Corners, factor: usize) -> Corners {
    corners.map(|(x, y)| (x * factor as f32, y * factor as f32))
}

/// Reads every QR of a picture for other actions than scanning.
pub fn read_picture(path: &Path) -> Result<Vec<Found>, Problem> {
    let name = shown(path);
    let looked = panics::catch(|| {
        let picture: Picture = pictures::open(path)?;
        Ok(reader::read(&picture.gray(), &Effort::STILL))
    });
    match looked {
        Some(Ok(found)) => Ok(found),
        Some(Err(e)) => Err(explain(&name, e).1),
        None => Err(Problem::new(
            format!("{name}: pembaca gambar gagal pada berkas ini"),
            format!("{name}: the picture decoder failed on this file"),
        )),
    }
}

/// A stable code, and words.
fn explain(name: &str, e: PictureError) -> (&'static str, Problem) {
    let both =
        |id: String, en: String| Problem::new(format!("{name}: {id}"), format!("{name}: {en}"));
    match e {
        PictureError::Io(e) => {
            let [id, en] = in_words(&e);
            ("unreadable", both(id, en).hint("periksa nama dan izin berkas", "check the file's name and permissions"))
        }
        PictureError::Empty => (
            "empty_file",
            both("berkas kosong".into(), "the file is empty".into()).hint("simpan atau salin ulang gambarnya", "save or copy the picture again"),
        ),
        PictureError::TooManyBytes => (
            "file_too_large",
            both("berkas lebih dari 20 MB".into(), "the file is larger than 20 MB".into()).hint(SMALLER.0, SMALLER.1),
        ),
        PictureError::UnknownFormat => (
            "unknown_format",
            both("bukan gambar PNG, JPEG atau WebP".into(), "not a PNG, JPEG or WebP picture".into())
                .hint("simpan ulang sebagai PNG atau JPEG; untuk teks QR: ikd-verify text", "save it as PNG or JPEG; for QR texts: ikd-verify text"),
        ),
        PictureError::TooManyPixels { width, height } => (
            "too_many_pixels",
            both(
                format!("gambar terlalu besar: {width} × {height} piksel, batasnya 50 megapiksel dan 30.000 per sisi"),
                format!("the picture is too large: {width} × {height} pixels, the limit is 50 megapixels and 30,000 a side"),
            )
            .hint(SMALLER.0, SMALLER.1),
        ),
        PictureError::TooMuchMemory { width, height } => (
            "too_much_memory",
            both(
                format!("gambar {width} × {height} piksel dalam bentuk ini memakan terlalu banyak memori"),
                format!("a picture of {width} × {height} pixels in this form takes too much memory"),
            )
            .hint(SMALLER.0, SMALLER.1),
        ),
        PictureError::Damaged(what) => {
            let what = ikd_verifier::words::tame(&what, 200);
            (
                "damaged_picture",
                both(format!("gambar rusak ({what})"), format!("the picture is damaged ({what})"))
                    .hint("simpan atau salin ulang gambarnya", "save or copy the picture again"),
            )
        }
    }
}

const SMALLER: (&str, &str) = (
    "potong di sekitar QR atau perkecil gambarnya",
    "crop it around the QR or make it smaller",
);
