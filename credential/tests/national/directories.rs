//! Directories of bodies that are not in the canonical form or cannot be true, signed all the same.

use crate::signed::*;
use crate::support::*;
use credential::cbor::write::Writer;
use credential::national::{BadNational, Delta, National};
use credential::status_list::{SHARD, Status};

/// A shard: what of its name is new, how many indexes it has, the state of what is listed nowhere, its lists.
struct Entry<'a> {
    kept: u64,
    name: &'a str,
    indexes: u64,
    ground: u64,
    lists: &'a [(u64, [u64; 3])],
}

/// Of eight indexes one is revoked: three bits of 0 are the first index.
const ONE: Entry = Entry {
    kept: 0,
    name: "ID.3273 ikd:3273/0",
    indexes: 8,
    ground: 0,
    lists: &[(1, [1, 3, 0])],
};

fn directory(entries: &[Entry<'_>]) -> Vec<u8> {
    item(|w| {
        w.array(entries.len());
        for entry in entries {
            w.array(5).u64(entry.kept).str(entry.name);
            w.u64(entry.indexes).u64(entry.ground);
            w.map(entry.lists.len());
            for (state, numbers) in entry.lists {
                stated(w, *state, *numbers);
            }
        }
    })
}

fn open_body(
    directory: &[u8],
    lists: &[u8],
    numbers: [u64; 5],
) -> Result<National<Vec<u8>>, BadNational> {
    let (body, length) = laid_out(directory, lists);
    let claims = Claims::bundle(1, &body, length, numbers);
    National::open(claims.bundle_file(&body), &trust())
}

fn refusal(directory: &[u8], lists: &[u8]) -> Option<BadNational> {
    open_body(directory, lists, [1, 7, 1, 0, 0]).err()
}

#[test]
fn the_smallest_list_is_accepted() {
    let national = open_body(&directory(&[ONE]), &[0], [1, 7, 1, 0, 0]).unwrap();
    let shard = national.shard("ID.3273", "ikd:3273/0").unwrap();
    assert_eq!(
        shard.non_valid().collect::<Vec<_>>(),
        [(0, Status::Revoked)]
    );
    // Where most is revoked, what is listed is what is not.
    let most = Entry {
        ground: 1,
        lists: &[(0, [1, 3, 0])],
        ..ONE
    };
    let national = open_body(&directory(&[most]), &[0], [1, 1, 7, 0, 0]).unwrap();
    let shard = national.shard("ID.3273", "ikd:3273/0").unwrap();
    assert_eq!(shard.get(0), Some(Status::Valid));
    assert_eq!(shard.get(1), Some(Status::Revoked));
    assert_eq!(shard.revoked(), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn numbers_of_a_shard_that_cannot_be() {
    let none: &[(u64, [u64; 3])] = &[];
    let large = u64::from(SHARD) + 1;
    for (indexes, ground, lists) in [
        (0, 0, none),
        (large, 0, none),
        (u64::MAX, 0, none),
        (8, 4, none),
        (8, 300, none),
        // The ground is the most frequent state, the lower one of two, and has no list.
        (8, 1, &[(0, [4, 12, 0])]),
        (8, 1, &[(0, [5, 15, 0])]),
        (8, 1, &[(1, [1, 3, 0])]),
        (8, 0, &[(1, [5, 15, 0])]),
        // More listed than there are.
        (8, 0, &[(1, [4, 12, 0]), (2, [5, 15, 0])]),
        // A state that is none.
        (8, 0, &[(4, [1, 3, 0])]),
        (8, 0, &[(300, [1, 3, 0])]),
        // No entry, more entries than indexes, fewer bits than entries, too many bits, too wide a table.
        (8, 0, &[(1, [0, 3, 0])]),
        (8, 0, &[(1, [9, 30, 0])]),
        (8, 0, &[(1, [2, 1, 0])]),
        (8, 0, &[(1, [1, 1 << 31, 0])]),
        (8, 0, &[(1, [1, 3, 33])]),
        (8, 0, &[(1, [1 << 32, 3, 0])]),
        (8, 0, &[(1, [1, 1 << 32, 0])]),
        (8, 0, &[(1, [1, 3, 256])]),
    ] {
        let entry = Entry {
            indexes,
            ground,
            lists,
            ..ONE
        };
        let found = refusal(&directory(&[entry]), &[0; 8]);
        let expected = Some(BadNational::Directory);
        assert_eq!(found, expected, "{indexes} {ground} {lists:?}");
    }
}

#[test]
fn names_have_one_way_to_be_written() {
    let long = "x".repeat(64 + 1 + 256 + 1);
    let longer = format!("ID.3 {long}");
    for (kept, name) in [
        // More than there was before; nothing new; before it; not what is shared.
        (19, "1"),
        (18, ""),
        (u64::MAX, "1"),
        (17, "/"),
        (0, "ID.3273 ikd:3273/1"),
        (16, "/1"),
        // No space, no issuer, no list, a character that may not be there, too long.
        (0, "ID.4"),
        (0, " x"),
        (3, "4 "),
        (3, "4 x x"),
        (3, "4 \u{e9}"),
        (0, &long),
        (0, &longer),
    ] {
        let second = Entry { kept, name, ..ONE };
        let found = refusal(&directory(&[ONE, second]), &[0, 0]);
        assert_eq!(found, Some(BadNational::Directory), "{kept} {name:?}");
    }
    let next = |kept, name| {
        let entries = [ONE, Entry { kept, name, ..ONE }];
        open_body(&directory(&entries), &[0, 0], [2, 14, 2, 0, 0])
    };
    assert!(next(17, "1").is_ok() && next(3, "4 x").is_ok());
}

#[test]
fn items_of_another_shape_are_no_directory() {
    let shaped = |write: &dyn Fn(&mut Writer)| item(|w| write(w));
    for bad in [
        // A map, a number, nothing, two items; keys that do not ascend.
        vec![0xa0],
        vec![0x00],
        vec![],
        vec![0x80, 0x80],
        // A shard that is a number, that has four items, or whose lists are an array.
        shaped(&|w| {
            w.array(1).u64(0);
        }),
        shaped(&|w| {
            w.array(1).array(4).u64(0).str("ID.3 x").u64(8).u64(0);
        }),
        shaped(&|w| {
            w.array(1).array(5).u64(0).str("ID.3 x").u64(8).u64(0);
            w.array(0);
        }),
        // A shard and a list with an item more, at the end where nothing is read after it.
        shaped(&|w| {
            w.array(1).array(6).u64(0).str("ID.3 x").u64(8).u64(0);
            w.map(1);
            stated(w, 1, [1, 3, 0]);
            w.u64(0);
        }),
        shaped(&|w| {
            w.array(1).array(5).u64(0).str("ID.3 x").u64(8).u64(0);
            w.map(1).u64(1).array(4).u64(1).u64(3).u64(0).u64(0);
        }),
        // A list with two numbers, and one that is a number.
        shaped(&|w| {
            w.array(1).array(5).u64(0).str("ID.3 x").u64(8).u64(0);
            w.map(1).u64(1).array(2).u64(1).u64(3);
        }),
        shaped(&|w| {
            w.array(1).array(5).u64(0).str("ID.3 x").u64(8).u64(0);
            w.map(1).u64(1).u64(1);
        }),
        // The same list twice.
        shaped(&|w| {
            w.array(1).array(5).u64(0).str("ID.3 x").u64(8).u64(0);
            w.map(2);
            stated(w, 1, [1, 3, 0]);
            stated(w, 1, [1, 3, 0]);
        }),
    ] {
        assert_eq!(
            refusal(&bad, &[0]),
            Some(BadNational::Directory),
            "{bad:02x?}"
        );
    }
}

#[test]
fn lists_fill_the_body_and_are_canonical() {
    let one = directory(&[ONE]);
    assert_eq!(refusal(&one, &[]), Some(BadNational::Length));
    assert_eq!(refusal(&one, &[0, 0]), Some(BadNational::Length));
    // A bit after the last one, and an index beyond the shard: 11 and then 00 is 10.
    assert_eq!(refusal(&one, &[0b1000]), Some(BadNational::Shard(0)));
    let beyond = Entry {
        lists: &[(1, [1, 5, 0])],
        ..ONE
    };
    let beyond = directory(&[beyond]);
    assert_eq!(refusal(&beyond, &[0b00011]), Some(BadNational::Shard(0)));
    // An index in two lists.
    let twice = Entry {
        lists: &[(1, [1, 3, 0]), (2, [1, 3, 0])],
        ..ONE
    };
    let twice = directory(&[twice]);
    assert_eq!(refusal(&twice, &[0, 0]), Some(BadNational::Shard(0)));
    // The second shard is the wrong one.
    let second = Entry {
        kept: 17,
        name: "1",
        ..ONE
    };
    let both = directory(&[ONE, second]);
    assert_eq!(refusal(&both, &[0, 0b1000]), Some(BadNational::Shard(1)));
}

#[test]
fn directories_of_deltas_that_are_refused() {
    let parent = publish(&Nation::new(), 1);
    let parent = open(&parent).head().body.sha256;
    let parent = (1, &parent[..]);
    let open = |directory: &[u8], lists: &[u8]| {
        let (body, length) = laid_out(directory, lists);
        let next = Claims::bundle(2, &[0x80], 1, [1, 7, 1, 0, 0]).head();
        let claims = Claims::delta(parent, &body, length, &next);
        Delta::open(claims.delta_file(&body), &trust())
    };
    let delta = |extents: &dyn Fn(&mut Writer), lists: &dyn Fn(&mut Writer)| {
        item(|w| {
            w.array(2);
            extents(w);
            lists(w);
        })
    };
    let none = |w: &mut Writer| {
        w.array(0);
    };
    let one = |w: &mut Writer| {
        w.map(1);
        stated(w, 1, [1, 3, 0]);
    };
    let extent = |indexes: u64| {
        move |w: &mut Writer| {
            w.array(1).array(3).u64(0).str("ID.3 x").u64(indexes);
        }
    };
    let good = delta(&extent(8), &one);
    assert_eq!(open(&good, &[0]).unwrap().changes(), 1);
    assert!(open(&delta(&extent(u64::from(SHARD)), &one), &[0]).is_ok());
    let large = u64::from(SHARD) + 1;
    for bad in [
        delta(&extent(large), &one),
        delta(&extent(1 << 32), &one),
        // Of two items, of another shape, with a name that is none.
        delta(
            &|w| {
                w.array(1).array(2).u64(0).str("ID.3 x");
            },
            &one,
        ),
        delta(
            &|w| {
                w.map(0);
            },
            &one,
        ),
        delta(
            &|w| {
                w.array(1).array(3).u64(0).str("ID.3").u64(8);
            },
            &one,
        ),
        delta(
            &|w| {
                w.array(1).array(4).u64(0).str("ID.3 x").u64(8).u64(0);
            },
            &one,
        ),
        // A third item.
        item(|w| {
            w.array(3);
            extent(8)(w);
            one(w);
            w.u64(0);
        }),
        delta(&none, &none),
        // A list over more than there is.
        delta(&none, &|w| {
            w.map(1);
            stated(w, 1, [9, 30, 0]);
        }),
        vec![0x80],
        vec![0x00],
        vec![],
    ] {
        let found = open(&bad, &[0]).err();
        assert_eq!(found, Some(BadNational::Directory), "{bad:02x?}");
    }
    assert_eq!(open(&good, &[0, 0]).err(), Some(BadNational::Length));
    assert_eq!(open(&good, &[]).err(), Some(BadNational::Length));
    // Lists that are not canonical have no shard whose number could be said.
    assert_eq!(open(&good, &[0b1000]).err(), Some(BadNational::Directory));
}
