//! The store and the key, from the environment variables that other programs for S3 read too.

use super::http::Connector;
use crate::files;
use crate::publication::Fault;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey as Key, S3ConditionalPut};
use object_store::{BackoffConfig, RetryConfig};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, parse_pem};

const TRIES: usize = 4;
const CA_BUNDLE_MAX: u64 = 4 << 20;

/// A bucket of the store that the environment names.
pub fn open(bucket: &str) -> Result<AmazonS3, Fault> {
    let given = AmazonS3Builder::from_env();
    let has = |key: Key| {
        given
            .get_config_value(&key)
            .is_some_and(|value| !value.is_empty())
    };
    let missing = |what: &str| Err(Fault::Setting(format!("{what} is not set")));
    let endpoint = [Key::S3Endpoint, Key::Endpoint]
        .iter()
        .find_map(|key| given.get_config_value(key));
    if endpoint.is_none() && !has(Key::Region) {
        let what = "neither AWS_ENDPOINT_URL nor AWS_REGION is set";
        return Err(Fault::Setting(what.to_string()));
    }
    // Without any of these the library would ask the metadata service of Amazon's machines, and others wait for it.
    let elsewhere = has(Key::WebIdentityTokenFile) && has(Key::RoleArn)
        || has(Key::ContainerCredentialsRelativeUri)
        || has(Key::ContainerCredentialsFullUri) && has(Key::ContainerAuthorizationTokenFile)
        || has(Key::MetadataEndpoint);
    if !elsewhere {
        for (key, name) in [
            (Key::AccessKeyId, "AWS_ACCESS_KEY_ID"),
            (Key::SecretAccessKey, "AWS_SECRET_ACCESS_KEY"),
        ] {
            if !has(key) {
                return missing(name);
            }
        }
    }
    let plain_allowed = match &endpoint {
        Some(endpoint) => plain_allowed(endpoint, &given)?,
        None => false,
    };
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: TRIES,
        retry_timeout: Duration::from_secs(60),
    };
    let built = given
        .with_bucket_name(bucket)
        .with_allow_http(plain_allowed)
        .with_http_connector(Connector { roots: roots()? })
        .with_retry(retry)
        // Not every store deletes in bulk.
        .with_disable_bulk_delete(true)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .build();
    // What it complains of is a variable's form.
    built.map_err(|e| Fault::Setting(super::innermost(&e)))
}

/// Plain HTTP to this machine, and elsewhere where that is said. What is published is public and signed, and the key itself
/// is never sent; but whoever is in between could keep the tree as it is.
fn plain_allowed(endpoint: &str, given: &AmazonS3Builder) -> Result<bool, Fault> {
    let wrong = |what: &str| Err(Fault::Setting(format!("AWS_ENDPOINT_URL {what}")));
    let Ok(uri) = endpoint.parse::<Uri>() else {
        return wrong("is not an address");
    };
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => Ok(false),
        Some("http") => {
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
            let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
            let said = Key::Client(object_store::ClientConfigKey::AllowHttp);
            if here || given.get_config_value(&said).as_deref() == Some("true") {
                return Ok(true);
            }
            wrong("is not https; AWS_ALLOW_HTTP=true allows that")
        }
        _ => wrong("must begin with https://"),
    }
}

/// The certificates of `AWS_CA_BUNDLE`, else those that browsers trust.
fn roots() -> Result<RootCerts, Fault> {
    let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(RootCerts::WebPki);
    };
    let wrong = |what: String| Fault::Setting(format!("AWS_CA_BUNDLE: {what}"));
    let pem = files::read(Path::new(&path), CA_BUNDLE_MAX).map_err(|e| wrong(e.to_string()))?;
    let mut roots = vec![];
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => roots.push(certificate),
            Ok(_) => {}
            Err(e) => return Err(wrong(e.to_string())),
        }
    }
    if roots.is_empty() {
        return Err(wrong("holds no certificate in PEM".to_string()));
    }
    Ok(RootCerts::Specific(Arc::new(roots)))
}
