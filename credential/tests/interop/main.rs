//! Other implementations of Claim 169 and COSE read what we write, and we read what they write.

#[path = "../common/mod.rs"]
mod common;
mod content;
mod foreign;
mod forge;
mod libraries;
mod ours;
mod people;
mod python;
mod several;
mod strict;
mod tolerant;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ciborium::Value as Cbor;
use claim169_core::model::{
    Biometric, BiometricFormat, BiometricSubFormat, Claim169, CwtMeta, Gender, ImageSubFormat,
    MaritalStatus, PhotoFormat,
};
use claim169_core::{Decoder, Encoder, VerificationStatus};
use common::*;
use coset::TaggedCborSerializable;
use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::{CoseError, Sign1};
use credential::date::Date;
use credential::document::{Country, Document, Member, Value};
use credential::ed25519::PublicKey;
use credential::foreign::ForeignValue;
use credential::ids::{KeyId, KodeWilayah, Nik, NomorKk};
use credential::kinds::{KINDS, fields as f};
use credential::status_source::NoStatus;
use credential::trust_list::{Issuer, Profile};
use credential::verify::Detail;
use credential::{Policy, Reason, Verdict, base45, token, verify};
use ed25519_dalek::{Signer, SigningKey};
use foreign::*;
use forge::*;
use people::*;
use serde_json::{Value as Json, json};
use std::io::Write;
use std::process::{Command, Stdio};
