use super::*;

const HERE: Cell<'_> = Cell {
    table: "applications",
    row: &[1, 2],
    column: "answers",
};

#[test]
fn opens_in_its_place_alone() {
    let mut chance = Chance::seeded(1);
    let crypter = Crypter::new(&[7; 32]);
    let sealed = crypter.seal(&mut chance, HERE, b"3273015204870003");
    assert_eq!(*crypter.open(HERE, &sealed).unwrap(), b"3273015204870003");
    let places = [
        Cell {
            table: "accounts",
            ..HERE
        },
        Cell { row: &[1], ..HERE },
        Cell {
            row: &[1, 3],
            ..HERE
        },
        Cell {
            column: "people",
            ..HERE
        },
    ];
    for place in places {
        assert!(crypter.open(place, &sealed).is_err());
    }
    assert!(Crypter::new(&[8; 32]).open(HERE, &sealed).is_err());
    for n in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[n] ^= 1;
        assert!(crypter.open(HERE, &changed).is_err(), "byte {n}");
        assert!(crypter.open(HERE, &sealed[..n]).is_err(), "cut at {n}");
    }
}

#[test]
fn a_value_says_its_key_and_moves_to_the_next() {
    let mut chance = Chance::seeded(1);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.key");
    let crypter = Crypter::create_file(&path, &mut chance).unwrap();
    let index = crypter.index("nik", b"1");
    let old = crypter.seal(&mut chance, HERE, b"rahasia");
    assert_eq!((old[0], key_of(&old)), (1, Some(0)));
    let with = |crypter: &Crypter, id| crypter.follow(id, |_| true).unwrap();
    assert!(!with(&crypter, 258), "there is none yet");

    let mut ring = Ring::read(&path).unwrap();
    ring.add(258, &mut chance);
    ring.write(&path).unwrap();
    // Another process, which knows of it already.
    let other = Crypter::open_file(&path).unwrap();
    assert!(with(&other, 258));
    let new = other.reseal(&mut chance, HERE, &old).unwrap().unwrap();
    assert_eq!((&new[..3], key_of(&new)), (&[2, 1, 2][..], Some(258)));
    assert_eq!(other.reseal(&mut chance, HERE, &new).unwrap(), None);
    for n in 0..new.len() {
        let mut changed = new.clone();
        changed[n] ^= 1;
        assert!(other.open(HERE, &changed).is_err(), "byte {n}");
        assert!(other.open(HERE, &new[..n]).is_err(), "cut at {n}");
    }
    // The first one reads it from the file when it meets such a value, and seals as before.
    assert_eq!(*crypter.open(HERE, &new).unwrap(), b"rahasia");
    assert_eq!(crypter.seals_with(), 0);
    assert_eq!(other.index("nik", b"1"), index);

    ring.take_out(0);
    ring.write(&path).unwrap();
    let last = Crypter::open_file(&path).unwrap();
    assert_eq!(*last.open(HERE, &new).unwrap(), b"rahasia");
    assert!(last.open(HERE, &old).is_err());
    assert_eq!(last.index("nik", b"1"), index);
    // Whose key is gone from the file opens with what it has, and follows.
    crypter.reload().unwrap();
    assert_eq!(*crypter.open(HERE, &old).unwrap(), b"rahasia");
    assert!(!crypter.follow(258, |_| false).unwrap());
    assert_eq!(crypter.seals_with(), 0, "marks that do not fit");
    assert!(with(&crypter, 258) && crypter.seals_with() == 258);
    // The file of another database is none.
    Crypter::create_file(&path, &mut chance).unwrap();
    assert!(crypter.reload().is_err() && crypter.follow(7, |_| true).is_err());
    assert_eq!(*crypter.open(HERE, &new).unwrap(), b"rahasia");
}

#[test]
fn index_depends_on_key_purpose_and_value() {
    let (a, b) = (Crypter::new(&[7; 32]), Crypter::new(&[8; 32]));
    let value = a.index("nik", b"1");
    assert_eq!(value, a.index("nik", b"1"));
    for other in [
        a.index("nik", b"2"),
        a.index("kk", b"1"),
        b.index("nik", b"1"),
    ] {
        assert_ne!(value, other);
    }
}
