//! Third-party conformance suites, from the folder that `IKD_SUITES` names: Wycheproof, Token Status List, Claim 169.

mod claim_169;
#[path = "../common/mod.rs"]
mod common;
mod folder;
mod foreign;
mod status_lists;
mod wycheproof;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use common::*;
use credential::claims::Identity;
use credential::cose::{CoseError, Sign1, issue::Unsigned};
use credential::ed25519::PublicKey;
use credential::foreign::{ForeignIdentity, ForeignValue};
use credential::holder::HolderKey;
use credential::ids::KeyId;
use credential::inflate::inflate;
use credential::status_list::issue::ListBuilder;
use credential::status_list::{MAX_LIST, Status, StatusList, StatusListClaims, TYP};
use credential::status_source::{BadStatusToken, NoStatus, StatusLists};
use credential::trust_list::{Issuer, Profile, TrustList};
use credential::verify::Detail;
use credential::{Policy, Reason, Verdict, token, verify};
use ed25519_dalek::{Signer, SigningKey};
use folder::*;
use foreign::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
