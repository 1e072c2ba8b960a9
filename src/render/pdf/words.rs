//! What printed pages say beside the document: how to check it, and that it costs nothing.

/// How to check a document, for its foot. Indonesian, then English.
pub const CHECK: [&str; 2] = [
    "Pindai kode QR dengan halaman Pindai pada layanan ini atau program ikd-verify; internet tidak diperlukan. Seluruh isi \
     dokumen dan tanda tangan elektroniknya ada di dalam kode QR, bukan alamat situs. Cocokkan isi yang tampil dengan \
     lembar ini: hijau berlaku, kuning sudah diganti, merah tidak berlaku, abu-abu belum dapat dipastikan.",
    "Scan the QR code with the Scan page of this service or the program ikd-verify; no internet is needed. The code holds \
     the whole content and its electronic signature, not a link. Compare what is shown with this sheet: green valid, \
     yellow replaced, red not valid, grey undecided.",
];

/// That a certified copy is not needed, and which paper.
pub const PAPER: [&str; 2] = [
    "Tidak perlu legalisir (Permendagri 104/2019 Pasal 19 ayat (6)). Dicetak pada kertas HVS putih A4 80 gram.",
    "No certified copy is needed. Printed on plain white A4 paper, 80 g.",
];

/// The heading above [`CHECK`].
pub const CHECK_HEADING: &str = "Cara memeriksa dokumen ini";

/// The symbol of a document, for who cannot see it.
pub fn symbol(kind: &str) -> String {
    format!("Kode QR bertanda tangan elektronik yang memuat seluruh isi dokumen: {kind}")
}

/// Under the office's name: how it signed.
pub const SIGNED: &str = "Ditandatangani secara elektronik di dalam kode QR";

/// Where only the core columns of a large family are signed.
pub const CORE_ONLY: &str =
    "Keluarga besar: kartu ini memuat kolom inti anggota keluarga, sama seperti isi kode QR.";

/// On the back of a card.
pub const CARD: [&str; 2] = [
    "Pindai dengan halaman Pindai atau ikd-verify, tanpa internet. Cocokkan foto dan data dengan pembawanya.",
    "Scan with the Scan page or ikd-verify, offline. Compare photo and data with the bearer.",
];

/// That it is free of charge.
pub const FREE: [&str; 2] = [
    "Pengurusan dan penerbitan dokumen kependudukan tidak dipungut biaya (UU 24/2013 Pasal 79A).",
    "Applying for and issuing population documents is free of charge.",
];

/// "Page n of m".
pub fn page(n: usize, of: usize) -> String {
    format!("Halaman {n} dari {of}")
}
