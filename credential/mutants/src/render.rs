//! From what was found to the text that holds all mutants.

use std::ops::Range;

/// One change of the text.
pub enum Edit {
    /// Text put in at a place.
    Insert(usize, String),
    /// An expression that may be another: each way with its number.
    Choice {
        whole: Range<usize>,
        /// Operands and what stands between them: `(left, operator, right)`, without a left for a negation.
        left: Option<Range<usize>>,
        operator: Range<usize>,
        right: Range<usize>,
        /// Other operators.
        ways: Vec<(u32, String)>,
    },
}

impl Edit {
    fn range(&self) -> Range<usize> {
        match self {
            Edit::Insert(at, _) => *at..*at,
            Edit::Choice { whole, .. } => whole.clone(),
        }
    }
}

/// The part of the text with all edits in it. In the way that a mutant takes, there are no others: one is awake at a time.
pub fn render(text: &str, edits: &[Edit], part: Range<usize>) -> String {
    let mut inside: Vec<&Edit> = edits
        .iter()
        .filter(|e| part.start <= e.range().start && e.range().end <= part.end)
        // What stands around an expression is not put around its operands too.
        .filter(|e| !matches!(e, Edit::Insert(at, _) if *at == part.start || *at == part.end))
        .collect();
    // The outermost first; what is put in at the beginning of an expression stands before it.
    inside.sort_by_key(|e| {
        (
            e.range().start,
            !matches!(e, Edit::Insert(..)),
            usize::MAX - e.range().end,
        )
    });
    let (mut made, mut at) = (String::new(), part.start);
    for edit in inside {
        let range = edit.range();
        if range.start < at {
            continue;
        }
        made += &text[at..range.start];
        at = range.end;
        match edit {
            Edit::Insert(_, more) => made += more,
            Edit::Choice {
                left,
                operator,
                right,
                ways,
                ..
            } => {
                made += "(";
                for (number, way) in ways {
                    let left = left
                        .clone()
                        .map_or_else(String::new, |left| format!("({})", &text[left]));
                    made += &format!(
                        "if crate::mutant::m({number}) {{ {left} {way} ({}) }} else ",
                        &text[right.clone()]
                    );
                }
                let others = render_choice(text, edits, left, operator, right);
                made += &format!("{{ {others} }})");
            }
        }
    }
    made + &text[at..part.end]
}

fn render_choice(
    text: &str,
    edits: &[Edit],
    left: &Option<Range<usize>>,
    operator: &Range<usize>,
    right: &Range<usize>,
) -> String {
    let left = left.clone().map_or_else(String::new, |left| {
        format!("({})", render(text, edits, left))
    });
    format!(
        "{left} {} ({})",
        &text[operator.clone()],
        render(text, edits, right.clone())
    )
}
