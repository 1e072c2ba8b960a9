//! Guessing at all instances at once costs as much as guessing at one.

use crate::fleet::{Answer, Fleet, SIZE};
use std::sync::Mutex;

fn guess(fleet: &Fleet, i: usize, login: &str, password: &str) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("nama", login), ("sandi", password)])
        .finish();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
    ];
    let answer = fleet.ask(i, "POST", "/petugas/masuk", &headers, &form);
    answer.expect("an answer")
}

#[test]
fn of_many_guesses_at_the_same_moment_five_are_judged() {
    let Some(fleet) = crate::fleet(1) else { return };
    let password = fleet.login("siti.uji");
    let statuses = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for n in 0..15 {
            let (fleet, statuses) = (&fleet, &statuses);
            scope.spawn(move || {
                let answer = guess(fleet, n % SIZE, "siti.uji", "sandi yang salah");
                statuses.lock().unwrap().push(answer.status);
            });
        }
    });
    let mut statuses = statuses.into_inner().unwrap();
    statuses.sort();
    assert_eq!(statuses, [[422; 5], [429; 5], [429; 5]].concat());
    // And the right one waits with them, wherever it is typed.
    for i in 0..SIZE {
        assert_eq!(guess(&fleet, i, "siti.uji", &password).status, 429);
    }
}
