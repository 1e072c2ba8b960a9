//! `claim169-core` reads what we write.

use super::*;

#[test]
fn claim169_core_reads_our_documents_field_by_field() {
    let office = Office::default();
    let key = public(&office.signer);
    let mut fields = 0;
    let documents = ktps().into_iter().chain([
        ("a family of 5".to_string(), kk_builder(5).build().unwrap()),
        ("a family of 1".to_string(), {
            let number = NomorKk::parse("3273010101200002").unwrap();
            let kk = kk_builder(1).set(&f::KK_NUMBER, Value::KkNumber(number));
            kk.build().unwrap()
        }),
    ]);
    let of_kinds = KINDS
        .iter()
        .map(|kind| (kind.slug.to_string(), of_kind(kind)));
    let documents = documents.chain(of_kinds);
    let mut count = 0;
    for (name, document) in documents {
        let expected = claim_169_json(&document);
        let mut claims = claims(document);
        claims.exp = (count % 2 == 0).then_some(NOW + 900 * DAY);
        claims.nbf = (count % 3 == 0).then_some(NOW - DAY);
        let text = office.issue(&claims);
        let read = |key: &[u8; 32]| {
            let decoder = Decoder::new(text.as_str())
                .verify_with_ed25519(key)
                .unwrap();
            let decoder = decoder.without_timestamp_validation().strict_compression();
            decoder.decode()
        };
        let result = read(&key).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(result.verification_status, VerificationStatus::Verified);
        assert_eq!(decoded_json(&result.claim169), expected, "{name}");
        let meta = CwtMeta {
            issuer: Some(ISS.into()),
            subject: None,
            expires_at: claims.exp,
            not_before: claims.nbf,
            issued_at: claims.iat,
        };
        assert_eq!(result.cwt_meta, meta, "{name}");
        assert_eq!(result.key_id.unwrap(), KeyId::of(&key).0, "{name}");
        assert!(read(&public(&self::key(4))).is_err(), "{name}: another key");
        fields += expected.as_object().unwrap().len();
        count += 1;
    }
    eprintln!("claim169-core read {count} of our documents, {fields} fields");
    assert_eq!(count, 56 + KINDS.len());
}
