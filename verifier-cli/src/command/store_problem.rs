//! What to tell a person when the trust store refuses.

use super::problem::{Problem, in_words};
use super::shown;
use credential::bundle::BadBundle;
use credential::date::wib_text;
use credential::national::BadNational;
use credential::trust_list::BadTrustList;
use ikd_verifier::root_key::fingerprint;
use ikd_verifier::store::StoreError;
use ikd_verifier::words::tame;

/// What to tell where revocations of before are not in what was just taken in; nothing where all are.
pub fn dropped(count: u64) -> Option<Problem> {
    (count > 0).then(|| {
        Problem::new(
            format!("{count} nomor yang dahulu dicabut kini tidak tercatat dicabut lagi; di sini tetap dinyatakan dicabut"),
            format!("{count} indexes that were revoked before are not so any more; they stay revoked here"),
        )
        .hint(
            "yang sudah dicabut tidak berlaku lagi: laporkan kepada Dukcapil pusat",
            "what was revoked is not valid again: report it to the Dukcapil centre",
        )
    })
}

impl From<StoreError> for Problem {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::NotInitialised(dir) => Self::new(
                format!("belum ada kunci akar yang dipercaya di {}", shown(&dir)),
                format!("no root key is trusted yet in {}", shown(&dir)),
            )
            .hint(
                "ikd-verify trust update BUNDEL --root KUNCI (kunci akar diumumkan Dukcapil pusat)",
                "ikd-verify trust update BUNDLE --root KEY (the Dukcapil centre publishes the root key)",
            ),
            StoreError::OtherRoot { pinned, given } => Self::new(
                format!("kunci akar lain sudah dipercaya di sini\n  dipercaya: {}\n  diberikan: {}", fingerprint(&pinned), fingerprint(&given)),
                format!("another root key is trusted here already\n  trusted: {}\n  given:   {}", fingerprint(&pinned), fingerprint(&given)),
            )
            .hint(
                "kunci akar hanya berganti lewat daftar kepercayaan yang ditandatangani kunci lama; untuk memulai dari awal gunakan --store dengan direktori baru",
                "a root key changes only through a trust list signed by the old one; to begin anew, use --store with a new directory",
            ),
            StoreError::Damaged(what) => Self::new(
                format!("simpanan kepercayaan rusak ({what}); tidak ada yang diperiksa"),
                format!("the trust store is damaged ({what}); nothing was judged"),
            )
            .hint(
                "bila hanya bundelnya yang rusak: ikd-verify trust update BUNDEL; selain itu pindahkan direktori simpanan dan pasang ulang kunci akar serta bundel terbaru",
                "if only the bundle is damaged: ikd-verify trust update BUNDLE; otherwise move the store's directory away and pin the root key and the newest bundle anew",
            ),
            StoreError::Busy => Self::new(
                "simpanan kepercayaan sedang dipakai proses lain",
                "the trust store is in use by another process",
            )
            .hint("coba lagi sebentar lagi", "try again in a moment"),
            StoreError::BadBundle(BadBundle::TrustList(BadTrustList::UnknownRoot)) => Self::new(
                "bundel ditolak: ditandatangani kunci akar yang tidak dipercaya di sini",
                "the bundle was refused: signed by a root key that is not trusted here",
            )
            .hint(
                "periksa asal berkas ini; kunci yang dipercaya terlihat dengan: ikd-verify trust show",
                "check where the file comes from; see the trusted key with: ikd-verify trust show",
            ),
            StoreError::BadBundle(e) => Self::new(
                format!("bundel ditolak: {e}"),
                format!("the bundle was refused: {e}"),
            )
            .hint(
                "unduh atau salin bundel sekali lagi dari sumber resmi",
                "download or copy the bundle again from the official source",
            ),
            StoreError::Tree(what) => Self::new(
                format!("terbitan tidak lengkap: {what}"),
                format!("no complete published tree: {what}"),
            )
            .hint(
                "salin sekali lagi, folder `sha256` dahulu dan berkas `head` terakhir; simpanan tidak berubah",
                "copy it again, the folder `sha256` first and the file `head` last; the store is unchanged",
            ),
            StoreError::BadHead(e) => Self::new(
                format!("terbitan ditolak: {e}"),
                format!("the published tree was refused: {e}"),
            )
            .hint(
                "ambil terbitan sekali lagi dari sumber resmi; simpanan tidak berubah",
                "get the tree again from the official source; the store is unchanged",
            ),
            StoreError::OlderHead { offered, known } => Self::new(
                format!("terbitan lebih lama ditolak: versi {offered}, padahal versi {known} sudah pernah diterima"),
                format!("older published tree refused: version {offered}, but version {known} was accepted before"),
            )
            .hint(
                "ambil terbitan terbaru; simpanan tidak berubah",
                "get the newest tree; the store is unchanged",
            ),
            StoreError::OlderTrustList { offered, offered_issued, known } => Self::new(
                format!("bundel lebih lama ditolak: daftar kepercayaan versi {offered} (terbit {}), padahal versi {known} sudah pernah diterima", wib_text(offered_issued)),
                format!("older bundle refused: trust list version {offered} (issued {}), but version {known} was accepted before", wib_text(offered_issued)),
            )
            .hint(NEWEST.0, NEWEST.1),
            StoreError::OlderBundle { offered, known, offered_version, known_version } => Self::new(
                format!("bundel lebih lama ditolak: terbit {} (daftar kepercayaan versi {offered_version}), padahal bundel terbitan {} (versi {known_version}) sudah pernah diterima", wib_text(offered), wib_text(known)),
                format!("older bundle refused: issued {} (trust list version {offered_version}), but one issued {} (version {known_version}) was accepted before", wib_text(offered), wib_text(known)),
            )
            .hint(NEWEST.0, NEWEST.1),
            StoreError::Conflict(version) => Self::new(
                format!("bundel ditolak: ada dua daftar kepercayaan berbeda dengan versi {version}"),
                format!("the bundle was refused: there are two different trust lists with version {version}"),
            )
            .hint(
                "ini tidak boleh terjadi: laporkan kedua bundel kepada Dukcapil pusat",
                "this must not happen: report both bundles to the Dukcapil centre",
            ),
            StoreError::OlderStatusList { iss, uri, offered, known } => {
                let list = format!("{} {}", tame(&iss, 64), tame(&uri, 120));
                Self::new(
                    format!("bundel ditolak: daftar status {list} di dalamnya terbit {}, padahal yang terbit {} sudah pernah diterima", wib_text(offered), wib_text(known)),
                    format!("the bundle was refused: the status list {list} in it was issued {}, but one issued {} was accepted before", wib_text(offered), wib_text(known)),
                )
                .hint(
                    "ambil bundel terbaru; bila itu pun ditolak, laporkan kepada Dukcapil pusat; simpanan tidak berubah",
                    "get the newest bundle; if that one is refused too, report it to the Dukcapil centre; the store is unchanged",
                )
            }
            StoreError::OlderNationalTime { offered, known } => Self::new(
                format!("bundel nasional ditolak: keadaannya per {}, padahal yang per {} sudah pernah diterima", wib_text(offered), wib_text(known)),
                format!("the national bundle was refused: it holds as of {}, but one as of {} was accepted before", wib_text(offered), wib_text(known)),
            )
            .hint(NEWEST.0, NEWEST.1),
            StoreError::TooMuchSeen => Self::new(
                "ditolak: pencabutan yang harus diingat terlalu banyak",
                "refused: there would be too many revocations to remember",
            )
            .hint(
                "ini tidak boleh terjadi: laporkan berkas ini kepada Dukcapil pusat; simpanan tidak berubah",
                "this must not happen: report this file to the Dukcapil centre; the store is unchanged",
            ),
            StoreError::NoBundle => Self::new(
                "bundel nasional belum dapat diperiksa: belum ada bundel di sini, yang daftar kepercayaannya menyebut siapa yang berhak menerbitkannya",
                "the national bundle cannot be checked: there is no bundle here yet, whose trust list says who may publish one",
            )
            .hint(
                "ikd-verify trust update BUNDEL --root KUNCI, lalu ulangi",
                "ikd-verify trust update BUNDLE --root KEY, then again",
            ),
            StoreError::NoNational => Self::new(
                "berkas ini hanya berisi perubahan, padahal belum ada bundel nasional di sini",
                "this file has changes alone, but there is no national bundle here yet",
            )
            .hint(WHOLE.0, WHOLE.1),
            StoreError::BadNational(BadNational::Parent { wanted, held }) => Self::new(
                format!("perubahan ditolak: untuk bundel nasional versi {wanted}, sedangkan di sini versi {held}"),
                format!("the changes were refused: they are for the national bundle's version {wanted}, but version {held} is here"),
            )
            .hint(
                "ambil berkas perubahan yang dimulai dari versi di sini, atau bundel nasional yang utuh",
                "get the file of changes that begins at the version here, or a whole national bundle",
            ),
            StoreError::BadNational(BadNational::Format(_)) => Self::new(
                "bundel nasional ditolak: bentuknya lebih baru daripada program ini",
                "the national bundle was refused: its form is newer than this program",
            )
            .hint("perbarui ikd-verify", "update ikd-verify"),
            StoreError::BadNational(e) => Self::new(
                format!("bundel nasional ditolak: {e}"),
                format!("the national bundle was refused: {e}"),
            )
            .hint(WHOLE.0, WHOLE.1),
            StoreError::OlderNational { offered, known } => Self::new(
                format!("bundel nasional yang lebih lama ditolak: versi {offered}, padahal versi {known} sudah pernah diterima"),
                format!("older national bundle refused: version {offered}, but version {known} was accepted before"),
            )
            .hint(NEWEST.0, NEWEST.1),
            StoreError::LargeNational => Self::new(
                "bundel nasional ditolak: dengan perubahan ini berkasnya terlalu besar",
                "the national bundle was refused: with these changes it is too large",
            )
            .hint(WHOLE.0, WHOLE.1),
            StoreError::NationalConflict(version) => Self::new(
                format!("bundel nasional ditolak: ada dua yang berbeda dengan versi {version}"),
                format!("the national bundle was refused: there are two different ones with version {version}"),
            )
            .hint(
                "ini tidak boleh terjadi: laporkan kedua berkas kepada Dukcapil pusat",
                "this must not happen: report both files to the Dukcapil centre",
            ),
            StoreError::Io { action, path, source } => {
                let path = shown(&path);
                let [id, en] = in_words(&source);
                Self::new(format!("{path}: {id} ({action})"), format!("cannot {action} {path}: {en}")).hint(
                    "periksa izin dan ruang direktori simpanan, atau pilih yang lain dengan --store",
                    "check the permissions and space of the store's directory, or choose another with --store",
                )
            }
        }
    }
}

const WHOLE: (&str, &str) = (
    "ambil bundel nasional yang utuh dari sumber resmi; simpanan tidak berubah",
    "get a whole national bundle from the official source; the store is unchanged",
);
const NEWEST: (&str, &str) = (
    "ambil bundel terbaru; simpanan tidak berubah",
    "get the newest bundle; the store is unchanged",
);
