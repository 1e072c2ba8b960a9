//! The reader on made-up phone pictures. `IKD_CORPUS` names folders (separated by `:`) made by the corpus
//! generator: `manifest.jsonl` with file, class and text of every picture.

use ikd_verifier::reader::{Effort, Gray, read};
use std::collections::BTreeMap;
use std::path::Path;

fn required(what: &str) -> bool {
    let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
    required.split(',').any(|name| name == what)
}

#[test]
fn phone_pictures_are_read_and_never_misread() {
    let Ok(folders) = std::env::var("IKD_CORPUS") else {
        assert!(
            !required("corpus"),
            "IKD_CORPUS is required here and not set"
        );
        eprintln!("SKIPPED: IKD_CORPUS is not set, no picture was read");
        return;
    };
    let mut classes: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for folder in folders.split(':').map(Path::new) {
        let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a corpus");
        for line in manifest.lines() {
            let entry: serde_json::Value =
                serde_json::from_str(line).expect("a line of the manifest");
            let of = |name: &str| entry[name].as_str().expect("text").to_string();
            let picture = image::open(folder.join(of("file")))
                .expect("a picture")
                .into_luma8();
            let (width, height) = picture.dimensions();
            let gray = Gray {
                width: width as usize,
                height: height as usize,
                data: picture.as_raw(),
            };
            let found = read(&gray, &Effort::STILL);
            for one in &found {
                assert_eq!(one.text, of("text"), "a wrong text from {}", of("file"));
            }
            let (read, all) = classes.entry(of("cls")).or_default();
            *read += u32::from(!found.is_empty());
            *all += 1;
        }
    }
    let (read, all) = classes
        .values()
        .fold((0, 0), |(r, a), (x, y)| (r + x, a + y));
    println!("read {read} of {all}: {classes:?}");
    assert!(read * 100 >= all * 93, "read {read} of {all}: {classes:?}");
    let (read, all) = classes["phone_hard"];
    assert!(read * 2 >= all, "phone_hard: {read} of {all}");
}
