//! Published vectors: Wycheproof, "Taming the many EdDSAs", CCTV, RFC 8032.

use super::support::{Judges, hex};
use serde_json::Value;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("a text")
}

/// A suite under the folder that the variable names; `None`, said aloud, where it is not set.
fn suite(variable: &str, path: &str) -> Option<Value> {
    let Ok(folder) = std::env::var(variable) else {
        eprintln!("SKIPPED: {variable} is not set, {path} was not checked");
        return None;
    };
    let text = std::fs::read_to_string(format!("{folder}/{path}")).expect("the suite is there");
    Some(serde_json::from_str(&text).expect("the suite is JSON"))
}

#[test]
fn wycheproof() {
    let Some(suite) = suite("IKD_SUITES", "wycheproof/ed25519_test.json") else {
        return;
    };
    let judges = Judges::new();
    let (mut valid, mut invalid, mut odd_length) = (0, 0, 0);
    for group in suite["testGroups"].as_array().expect("groups") {
        let key: [u8; 32] = hex(text(&group["publicKey"], "pk"))
            .try_into()
            .expect("32 bytes");
        for test in group["tests"].as_array().expect("tests") {
            let expected = text(test, "result") == "valid";
            let Ok(signature) = hex(text(test, "sig")).try_into() else {
                assert!(!expected);
                odd_length += 1;
                continue;
            };
            let answer = judges.one(&key, &hex(text(test, "msg")), &signature);
            assert_eq!(answer, expected, "tcId {}", test["tcId"]);
            *if expected { &mut valid } else { &mut invalid } += 1;
        }
    }
    eprintln!("Wycheproof: {valid} valid, {invalid} invalid, {odd_length} of another length");
    assert_eq!(valid + invalid + odd_length, 151);
}

/// The 914 of C2SP/CCTV; `verify_strict` accepts 43.
#[test]
fn cctv() {
    let Some(suite) = suite("IKD_CCTV", "cctv.json") else {
        return;
    };
    let judges = Judges::new();
    let tests = suite.as_array().expect("tests");
    let accepted = tests.iter().filter(|test| {
        let key: [u8; 32] = hex(text(test, "key")).try_into().expect("32 bytes");
        let signature = hex(text(test, "sig")).try_into().expect("64 bytes");
        judges.one(&key, text(test, "msg").as_bytes(), &signature)
    });
    assert_eq!((accepted.count(), tests.len()), (43, 914));
}

/// Chalkias, Garillot, Nikolaenko: "Taming the many EdDSAs", table 6c, vectors 0 to 11, as
/// (message, key, signature, accepted). Strict takes number 3 (mixed order all through, the equation
/// without cofactor holds) and none of the others.
#[test]
fn taming_the_many_eddsas() {
    let judges = Judges::new();
    for (i, vector) in TAMING.iter().enumerate() {
        let [message, key, signature] = vector.map(hex);
        let key = key.try_into().expect("32 bytes");
        let signature = signature.try_into().expect("64 bytes");
        let answer = judges.one(&key, &message, &signature);
        assert_eq!(answer, i == 3, "vector {i}");
    }
}

/// RFC 8032 §7.1, tests 1 to 3.
#[test]
fn rfc_8032() {
    let judges = Judges::new();
    for [message, key, signature] in RFC_8032.map(|vector| vector.map(hex)) {
        let key = key.try_into().expect("32 bytes");
        let signature = signature.try_into().expect("64 bytes");
        assert!(judges.one(&key, &message, &signature));
    }
}

const TAMING: [[&str; 3]; 12] = [
    [
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000",
    ],
    [
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ],
    [
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
    ],
    [
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
    ],
    [
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
    ],
    [
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
    ],
    [
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
    ],
    [
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
    ],
    [
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
    ],
    [
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
    ],
    [
        "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ],
    [
        "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ],
];

const RFC_8032: [[&str; 3]; 3] = [
    [
        "",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "72",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "af82",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];
