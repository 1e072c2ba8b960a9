//! Why a file is not taken, in words that a citizen can act on.

use credential::lang::{Lang, Text};

/// Why a file is not taken. Holds nothing of the file but its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing was sent.
    Empty,
    /// Larger than allowed: its bytes, and the most.
    TooLarge {
        /// Bytes of the file.
        size: usize,
        /// Most bytes.
        max: usize,
    },
    /// Neither JPG, PNG nor PDF, whatever its name says.
    Kind,
    /// A picture that cannot be read to its end.
    Damaged,
    /// A picture of more dots than a phone takes, or one that unpacks to far more than it is.
    TooManyPixels,
    /// A PDF that runs something, opens something, or carries other files.
    ActivePdf,
    /// A PDF behind a password.
    LockedPdf,
    /// A PDF that is not whole, or carries something after its end.
    BadPdf,
    /// As many files are attached as may be.
    TooMany,
}

impl Refused {
    /// Its name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::Kind => "kind",
            Self::Damaged => "damaged",
            Self::TooManyPixels => "too_many_pixels",
            Self::ActivePdf => "active_pdf",
            Self::LockedPdf => "locked_pdf",
            Self::BadPdf => "bad_pdf",
            Self::TooMany => "too_many",
        }
    }

    /// What is wrong and what to do.
    pub fn words(self, lang: Lang) -> String {
        if let Self::TooLarge { size, max } = self {
            let (size, max) = (kilobytes(size), kilobytes(max));
            return match lang {
                Lang::Id => format!(
                    "berkas ini {size} kB, paling besar {max} kB. Foto ulang dengan ukuran lebih kecil, atau potong bagian yang tidak perlu."
                ),
                Lang::En => format!(
                    "this file has {size} kB, at most {max} kB are allowed. Take a smaller photo, or cut off what is not needed."
                ),
            };
        }
        self.text().get(lang).to_string()
    }

    fn text(self) -> Text {
        let (id, en) = match self {
            Self::Empty | Self::TooLarge { .. } => {
                ("pilih berkasnya dulu.", "choose a file first.")
            }
            Self::Kind => (
                "berkas ini bukan foto JPG, PNG, atau PDF. Ambil foto dokumen aslinya, lalu pilih foto itu.",
                "this file is no JPG, PNG or PDF. Take a photo of the original document and choose that.",
            ),
            Self::Damaged => (
                "foto ini rusak atau tidak lengkap. Ambil foto baru, lalu coba lagi.",
                "this photo is damaged or incomplete. Take a new one and try again.",
            ),
            Self::TooManyPixels => (
                "gambar ini terlalu besar untuk dibuka. Ambil foto dengan kamera HP biasa, lalu coba lagi.",
                "this picture is too large to open. Take a photo with an ordinary phone camera and try again.",
            ),
            Self::ActivePdf => (
                "PDF ini berisi program atau berkas lain. Cetak atau foto dokumennya, lalu kirim fotonya.",
                "this PDF holds a program or other files. Print or photograph the document and send the photo.",
            ),
            Self::LockedPdf => (
                "PDF ini dikunci kata sandi. Buka kuncinya dulu, atau kirim foto dokumennya.",
                "this PDF is locked by a password. Unlock it first, or send a photo of the document.",
            ),
            Self::BadPdf => (
                "PDF ini rusak atau tidak lengkap. Simpan ulang, atau kirim foto dokumennya.",
                "this PDF is damaged or incomplete. Save it again, or send a photo of the document.",
            ),
            Self::TooMany => (
                "berkas yang dilampirkan sudah terlalu banyak. Tekan “Ganti berkas” untuk mengganti yang lama.",
                "too many files are attached already. Press “Replace it” to replace what is there.",
            ),
        };
        Text { id, en }
    }
}

/// Rounded up, so that a file of one byte too many does not look as if it fitted.
fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1024)
}
