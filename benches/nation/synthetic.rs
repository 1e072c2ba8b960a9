//! The nation: offices, their status lists, and what is not valid in them. Everything comes from a seed, list by list,
//! so that nothing has to be kept.

use credential::status_list::{SHARD, Status};

/// Regencies and cities.
const OFFICES: usize = 514;
/// People of the smallest and of the largest of them.
const PEOPLE: (f64, f64) = (29e3, 6e6);
/// One list in 20 had a burst, such as a region that split, which made 8 times as much not valid.
const BURST_ONE_IN: u64 = 20;
const BURST: f64 = 8.0;

/// How lists fill and what becomes of documents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Full lists, the same share everywhere, all revoked: what the entropy of one number says.
    Even,
    /// 514 offices of their real range of sizes, each with lists of its own of which the last is partly used; bursts;
    /// 88 % superseded, 10 % revoked, 2 % suspended.
    Bursts,
}

impl Plan {
    pub fn named(name: &str) -> Option<Self> {
        [Self::Even, Self::Bursts]
            .into_iter()
            .find(|plan| plan.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Bursts => "bursts",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::Even => "Full lists of 2^20, the same share in each, all revoked:",
            Self::Bursts => {
                "514 offices with lists of their own, bursts, 88 % superseded, 10 % revoked, 2 % suspended:"
            }
        }
    }
}

/// One status list.
pub struct List {
    pub iss: String,
    pub uri: String,
    /// Documents that have an index in it; its 2^20 indexes are drawn at random.
    pub used: u32,
    share: f64,
    seed: u64,
}

/// All lists, ascending by issuer and name.
pub fn lists(plan: Plan, credentials: u64, share: f64) -> Vec<List> {
    let mut lists = Vec::new();
    let mut add = |office: &str, all: u64, share: &dyn Fn(u64) -> f64| {
        for n in 0..all.div_ceil(u64::from(SHARD)) {
            let used = (all - n * u64::from(SHARD)).min(u64::from(SHARD)) as u32;
            let seed = lists.len() as u64 + 1;
            lists.push(List {
                iss: format!("ID.{office}"),
                uri: format!("ikd:{office}/{n}"),
                used,
                share: share(seed),
                seed,
            });
        }
    };
    match plan {
        Plan::Even => add("00", credentials, &|_| share),
        Plan::Bursts => {
            let people = |n: usize| {
                let rank = n as f64 / (OFFICES - 1) as f64;
                PEOPLE.0 * (PEOPLE.1 / PEOPLE.0).powf(rank * rank)
            };
            let all: f64 = (0..OFFICES).map(people).sum();
            let usual = share / (1.0 + (BURST - 1.0) / BURST_ONE_IN as f64);
            for n in 0..OFFICES {
                let office = format!("{:04}", 1101 + 16 * n);
                // The order of offices has nothing to do with their size.
                let own = people(n * 101 % OFFICES) / all * credentials as f64;
                add(&office, own as u64, &|seed| {
                    let burst = Chance::new(seed).below(BURST_ONE_IN) == 0;
                    usual * if burst { BURST } else { 1.0 }
                });
            }
        }
    }
    lists.sort_by(|a, b| (&a.iss, &a.uri).cmp(&(&b.iss, &b.uri)));
    lists
}

impl List {
    /// What is not valid, ascending.
    pub fn non_valid(&self, plan: Plan) -> impl Iterator<Item = (u32, Status)> + use<> {
        // An index is used, and what it is used for is not valid.
        let p = self.share * f64::from(self.used) / f64::from(SHARD);
        let scale = (1.0 - p).ln().recip();
        let mut chance = Chance::new(self.seed ^ 0x5bd1_e995);
        let mut next = 0;
        std::iter::from_fn(move || {
            let gap = (chance.unit().ln() * scale) as u64;
            let index = next + gap;
            next = index + 1;
            let status = match plan {
                Plan::Even => Status::Revoked,
                Plan::Bursts => change(&mut chance),
            };
            (index < u64::from(SHARD)).then_some((index as u32, status))
        })
    }
}

/// What a document becomes.
pub fn change(chance: &mut Chance) -> Status {
    match chance.below(100) {
        0..88 => Status::Superseded,
        88..98 => Status::Revoked,
        _ => Status::Suspended,
    }
}

/// Splitmix64.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Above 0, at most 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }
}
