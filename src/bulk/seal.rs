//! Signing a chunk, and judging what was signed as a bank would.

use super::compose::Draft;
use crate::domain::document::Ecc;
use crate::domain::merkle::{Hash, Tree};
use crate::failure::{Failure, Outcome};
use crate::issue::desk::Desk;
use crate::issue::size;
use credential::cose::issue::Unsigned;
use credential::token::pack;
use credential::{Policy, Reason, verify, verify_tokens};

/// Tokens judged together: enough to share an inversion, few enough for the cache.
const BATCH: usize = 128;

fn unsigned(desk: &Desk, draft: &Draft) -> Unsigned {
    draft.claims.unsigned(desk.key.kid)
}

/// Signs drafts in their order.
pub fn sign(desk: &Desk, drafts: &[Draft]) -> Outcome<Vec<[u8; 64]>> {
    let mut signatures = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let message = unsigned(desk, draft).to_be_signed();
        signatures.push(desk.signer.sign(&message)?);
    }
    Ok(signatures)
}

/// What judging a chunk says.
pub struct Sealed {
    /// Error correction that each fits with.
    pub eccs: Vec<Ecc>,
    /// Merkle root of the tokens in their order.
    pub root: Hash,
}

/// Judges every token. Anything but green is an error, and nothing of the chunk is handed out.
pub fn judge(desk: &Desk, drafts: &[Draft], signatures: &[[u8; 64]], now: i64) -> Outcome<Sealed> {
    let policy = Policy::default();
    let mut tree = Tree::default();
    let mut eccs = Vec::with_capacity(drafts.len());
    for (drafts, signatures) in drafts.chunks(BATCH).zip(signatures.chunks(BATCH)) {
        let pairs = drafts.iter().zip(signatures);
        let tokens: Vec<Vec<u8>> = pairs
            .map(|(draft, signature)| unsigned(desk, draft).into_token(signature))
            .collect();
        for (draft, token) in drafts.iter().zip(&tokens) {
            if !draft.claims.is_in(token, desk.key.kid) {
                return Err(Failure::Row("documents.claims"));
            }
        }
        let refs: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
        let verdicts = verify_tokens(&refs, &desk.trust, &desk.statuses, now, &policy);
        for verdict in &verdicts {
            green(verdict.reason())?;
        }
        if eccs.is_empty()
            && let Some(first) = tokens.first()
        {
            // The whole way of a bank, from the text, for one of each chunk.
            let verdict = verify(&pack(first), &desk.trust, &desk.statuses, now, &policy);
            green(verdict.reason())?;
        }
        for token in &tokens {
            tree.push(token);
            eccs.push(size::ecc(token)?);
        }
    }
    Ok(Sealed {
        eccs,
        root: tree.root(),
    })
}

fn green(reason: Reason) -> Outcome<()> {
    match reason {
        Reason::Valid => Ok(()),
        reason => Err(Failure::NotVerified(reason)),
    }
}
