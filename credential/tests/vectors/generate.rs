//! Writes the vector files: from the scene to text.

use super::cases;
use super::item::{Content, Is};
use super::page::{Page, hex};
use super::scene::*;
use super::walk::{Line, instant, walk};
use super::{foreign, national, presentation, quorum, stated, statements};
use credential::claims::Claims;
use credential::cose::Sign1;
use credential::date::Date;
use credential::publication::Unproven;
use credential::token::pack;
use credential::trust_list::TrustList;
use credential::{base45, bundle::Bundle};

/// Every file's name and text.
pub fn files() -> Vec<(String, String)> {
    let plain = claims(ktp().build().unwrap());
    let face = claims(with_face(ktp(), picture()).build().unwrap());
    let mut foreigner = claims(foreigner().build().unwrap());
    foreigner.exp = Date::from_ymd(2030, 6, 30).map(Date::end_of_day_wib);
    let family = claims(kk(&[HEAD, HUSBAND, CHILD]).build().unwrap());
    let core = claims(
        kk(&[HEAD, HUSBAND, CHILD])
            .build()
            .unwrap()
            .into_core_only(),
    );
    let fixed = vec![
        ("keys.txt", keys()),
        (
            "trust-list.txt",
            trust_list(
                "A trust list with an issuer in every state.",
                &trust_token(),
            ),
        ),
        (
            "trust-list-kinds.txt",
            trust_list(
                "A trust list whose office may sign every kind of document.",
                &kinds_trust_token(),
            ),
        ),
        ("root-rotation.txt", rotation()),
        ("trust-list-quorum.txt", quorum::list_page()),
        ("root-rotation-quorum.txt", quorum::rotation_page()),
        ("quorum-refused.txt", quorum::refused_page()),
        (
            "status-shard.txt",
            list(
                "A status list as issuers publish it: 2^20 entries of 2 bits.",
                &SHARD_LIST,
            ),
        ),
        (
            "status-small.txt",
            list(
                "A status list of 16 entries of 2 bits, small enough to follow.",
                &SMALL_LIST,
            ),
        ),
        (
            "status-four-bits.txt",
            list(
                "A status list of 16 entries of 4 bits, with a number that is not defined.",
                &WIDE_LIST,
            ),
        ),
        (
            "bundle.txt",
            bundle(
                "An offline bundle: the trust list of trust-list.txt and two status lists.",
                &bundle_token(),
                &public("root"),
            ),
        ),
        (
            "bundle-quorum.txt",
            bundle(
                "The same with the trust list of trust-list-quorum.txt.",
                &bundle_with(&quorum::list_token()),
                &quorum::first().id(),
            ),
        ),
        ("national.txt", national::page()),
        ("national-delta.txt", national::delta_page()),
        ("publication.txt", publication()),
        (
            "ktp.txt",
            credential(
                "A citizen's KTP-el: static, without a photo.",
                &plain,
                &[
                    (NOW, "valid"),
                    (NOW + 6 * DAY, "valid"),
                    (NOW + 6 * DAY + 1, "status_list_stale"),
                    (NOW + 29 * DAY + 1, "trust_list_stale"),
                    (NOW - DAY - 300, "valid"),
                    (NOW - DAY - 301, "clock_behind"),
                ],
            ),
        ),
        (
            "ktp-face.txt",
            credential(
                "A KTP-el with a face: a WebP of 98 bytes.",
                &face,
                &[(NOW, "valid")],
            ),
        ),
        (
            "ktp-foreigner.txt",
            credential(
                "A foreigner's KTP-el: exp is the last second of 2030-06-30 in WIB; place and date of issue differ from\nwhat a verifier would derive, so they are on the wire.",
                &foreigner,
                &[(NOW, "valid"), (foreigner.exp.unwrap() + 1, "expired")],
            ),
        ),
        (
            "kk.txt",
            credential(
                "A KK of three: a citizen, her foreign husband, their child.",
                &family,
                &[(NOW, "valid")],
            ),
        ),
        (
            "kk-core.txt",
            credential(
                "The same KK with the core columns alone.",
                &core,
                &[(NOW, "valid")],
            ),
        ),
        ("presentation.txt", presentation::live()),
        ("presentation-asked.txt", presentation::asked()),
        ("foreign.txt", foreign::page()),
        ("negative.txt", negative()),
    ];
    let fixed = fixed.into_iter().map(|(file, text)| (file.into(), text));
    fixed.chain(of_each_kind()).collect()
}

/// One of each kind, from what its file states.
fn of_each_kind() -> impl Iterator<Item = (String, String)> {
    statements::kinds().map(|kind| {
        let statement = statements::read(kind);
        let (claims, verdicts) = (statement.claims(), statement.verdicts());
        let list = "trust-list-kinds.txt";
        let text = credential_under(list, &statement.title, &claims, &verdicts);
        (statements::file(kind), text)
    })
}

fn keys() -> String {
    let mut page =
        Page::new("Ed25519 test keys: the seed (RFC 8032 private key), the public key, the kid.");
    for (name, _, what) in KEYS {
        page.gap();
        page.comment(what);
        page.value("key", name);
        page.value("seed", hex(&key(name).to_bytes()));
        page.value("public", hex(&public(name)));
        page.value("kid", kid(name));
    }
    page.0
}

fn token(page: &mut Page, bytes: &[u8], content: Content) {
    page.gap();
    page.comment("The COSE_Sign1.");
    page.lines("token", &walk(bytes, Is::Sign1(content)));
}

fn trust_list(title: &str, bytes: &[u8]) -> String {
    let mut page = Page::new(title);
    page.gap();
    page.value("signer", "root");
    let list = TrustList::verify(bytes, &public("root")).unwrap();
    stated::trust(&mut page, &list);
    token(&mut page, bytes, Content::TrustList);
    page.0
}

fn rotation() -> String {
    let bytes = rotation_token();
    let mut page = Page::new(
        "A change of the root key: version 8 of the trust list, signed by the new root, in an envelope of the old one.",
    );
    page.comment("A verifier accepts it from either root and trusts the new one afterwards.");
    page.gap();
    page.value("signer", "root");
    page.value("accepted-from", hex(&public("root")));
    page.value("accepted-from", hex(&public("new-root")));
    page.value("refused-from", hex(&public("publisher")));
    let list = TrustList::verify(&bytes, &public("root")).unwrap();
    stated::trust(&mut page, &list);
    token(&mut page, &bytes, Content::Rotation);
    page.0
}

fn list(title: &str, list: &List) -> String {
    let mut page = Page::new(title);
    page.gap();
    page.value("signer", "office");
    page.value("sub", list.sub);
    page.comment(&instant(NOW - DAY));
    page.value("iat", NOW - DAY);
    page.comment(&instant(NOW + 6 * DAY));
    page.value("exp", NOW + 6 * DAY);
    page.value("ttl", 3600);
    page.value("bits", list.bits);
    page.value("entries", list.len);
    page.comment("Entries that are not 0: index, status.");
    for (index, status) in list.set {
        page.value("status", format_args!("{index} {status}"));
    }
    if list.len <= 64 {
        let packed = packed(list);
        let per_byte = 8 / usize::from(list.bits);
        page.gap();
        page.comment("The packed statuses: the first index is in the lowest bits.");
        let lines = packed.iter().enumerate().map(|(n, byte)| Line {
            depth: 0,
            hex: hex(&[*byte]),
            comment: format!(
                "{byte:08b}: indexes {} to {}",
                n * per_byte + per_byte - 1,
                n * per_byte
            ),
        });
        page.lines("packed", &lines.collect::<Vec<_>>());
    }
    token(&mut page, &list.token(), Content::StatusList);
    page.0
}

/// The statuses packed by hand, apart from the builder.
pub fn packed(list: &List) -> Vec<u8> {
    let per_byte = 8 / u32::from(list.bits);
    let mut packed = vec![0; (list.len / per_byte) as usize];
    for (index, status) in list.set {
        packed[(index / per_byte) as usize] |= status << (index % per_byte * u32::from(list.bits));
    }
    packed
}

fn bundle(title: &str, bytes: &[u8], root: &[u8; 32]) -> String {
    let bundle = Bundle::verify(bytes, root).unwrap();
    let mut page = Page::new(title);
    page.gap();
    page.value("signer", "publisher");
    page.value("root", hex(root));
    page.comment(&instant(bundle.issued));
    page.value("issued", bundle.issued);
    page.comment(&instant(bundle.expires));
    page.value("expires", bundle.expires);
    page.value("trust-version", bundle.trust.version);
    for file in ["status-shard.txt", "status-small.txt"] {
        page.value("list", file);
    }
    let content = match bundle.trust.roots.is_single() {
        true => Content::Bundle,
        false => Content::BundleBySeveral,
    };
    token(&mut page, bytes, content);
    page.0
}

fn publication() -> String {
    let bytes = publication_token();
    let head = Unproven::read(&bytes).unwrap();
    let head = head.claimed();
    let mut page = Page::new(
        "The head of a published tree: the files of trust-list.txt, bundle.txt and two status lists, by their SHA-256.",
    );
    page.gap();
    page.value("signer", "publisher");
    page.value("version", head.version);
    page.comment(&instant(head.issued));
    page.value("issued", head.issued);
    page.comment(&instant(head.expires));
    page.value("expires", head.expires);
    for (name, file) in PUBLISHED.iter().zip(&head.files) {
        page.value("file", format!("{name} {}", file.name));
    }
    token(&mut page, &bytes, Content::Publication);
    page.0
}

/// What `verdict` lines are judged with.
pub fn judged_with(page: &mut Page, trust: &str) {
    page.value("trust", trust);
    for file in [
        "status-shard.txt",
        "status-small.txt",
        "status-four-bits.txt",
    ] {
        page.value("list", file);
    }
}

pub fn verdicts(page: &mut Page, trust: &str, verdicts: &[(i64, &str)]) {
    page.gap();
    page.comment("The verdict: time in epoch seconds, reason code.");
    judged_with(page, trust);
    for (at, reason) in verdicts {
        page.comment(&instant(*at));
        page.value("verdict", format_args!("{at} {reason}"));
    }
}

/// The trust list of most vectors.
pub const LIST: &str = "trust-list.txt";

fn credential(title: &str, claims: &Claims<'_>, expected: &[(i64, &str)]) -> String {
    credential_under(LIST, title, claims, expected)
}

fn credential_under(
    trust: &str,
    title: &str,
    claims: &Claims<'_>,
    expected: &[(i64, &str)],
) -> String {
    let bytes = issue(claims, "office");
    let sign1 = Sign1::parse_canonical(&bytes).unwrap();
    let mut page = Page::new(title);
    page.gap();
    page.value("signer", "office");
    stated::state(&mut page, claims);
    page.gap();
    page.comment("The payload: CWT claims.");
    page.lines("payload", &payload_lines(&bytes));
    page.gap();
    page.comment("Sig_structure, the bytes that are signed: \"Signature1\", protected headers, no external data, payload.");
    page.hex("sig-structure", &sign1.to_be_signed().parts().concat());
    page.gap();
    page.hex("signature", sign1.signature);
    token(&mut page, &bytes, Content::Credential);
    page.gap();
    page.comment(
        "The zlib stream. Another compressor may write another one; any canonical one is right.",
    );
    let text = pack(&bytes);
    page.hex("zlib", &base45::decode(&text).unwrap());
    page.gap();
    page.comment("The QR text.");
    page.qr(&text);
    verdicts(&mut page, trust, expected);
    page.0
}

fn payload_lines(token: &[u8]) -> Vec<Line> {
    let sign1 = Sign1::parse_canonical(token).unwrap();
    walk(sign1.payload, Is::Payload(Content::Credential))
}

fn negative() -> String {
    let mut page =
        Page::new("QR texts that are not green, and the one reason code that is right for each.");
    page.comment(&format!(
        "Each is judged at the second `at` ({NOW} is {}) with these lists:",
        instant(NOW)
    ));
    judged_with(&mut page, LIST);
    for case in cases::all() {
        page.gap();
        page.comment(case.why);
        page.value("case", case.name);
        page.value("at", case.at);
        page.value("reason", case.reason);
        page.qr(&case.text);
    }
    page.0
}
