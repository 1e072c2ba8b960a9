//! Routes to handlers of which the compiler sees no more than that they answer.
//!
//! axum wraps each handler into services that are generic over it, and for each of them the compiler proves anew that the
//! handler's future, with everything that it waits for, may go to another thread. With some 230 handlers that was two fifths
//! of what building this crate took; behind one type it is done once.

use super::Shared;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::MethodRouter;
use std::pin::Pin;
use std::sync::Arc;

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Any handler.
#[derive(Clone)]
pub struct Erased(Arc<dyn Fn(Request, Shared) -> Answer + Send + Sync>);

impl Handler<(), Shared> for Erased {
    type Future = Answer;

    fn call(self, request: Request, app: Shared) -> Answer {
        (self.0)(request, app)
    }
}

/// Forgets which handler it is.
pub fn erased<H, T>(handler: H) -> Erased
where
    H: Handler<T, Shared, Future = Answer>,
{
    Erased(Arc::new(move |request, app| {
        handler.clone().call(request, app)
    }))
}

/// As `axum::routing::get`.
pub fn get<H, T>(handler: H) -> MethodRouter<Shared>
where
    H: Handler<T, Shared, Future = Answer>,
{
    axum::routing::get(erased(handler))
}

/// As `axum::routing::post`.
pub fn post<H, T>(handler: H) -> MethodRouter<Shared>
where
    H: Handler<T, Shared, Future = Answer>,
{
    axum::routing::post(erased(handler))
}

/// A page that shows a form, and what takes it.
pub fn form<G, T, P, U>(show: G, take: P) -> MethodRouter<Shared>
where
    G: Handler<T, Shared, Future = Answer>,
    P: Handler<U, Shared, Future = Answer>,
{
    get(show).post(erased(take))
}

/// As `utoipa_axum::routes!`: handlers of one address, with their descriptions.
macro_rules! routes {
    ($($handler:path),+ $(,)?) => {{
        use utoipa_axum::PathItemExt;
        let mut paths = utoipa::openapi::path::Paths::new();
        let mut schemas = Vec::new();
        let mut methods = axum::routing::MethodRouter::new();
        $(
            let (path, item, types) = utoipa_axum::routes!(@resolve_types $handler : schemas);
            for method in &types {
                let filter = method.to_method_filter();
                methods = methods.on(filter, $crate::http::routes::erased($handler));
            }
            paths.add_path_operation(&path, types, item);
        )+
        (schemas, paths, methods)
    }};
}

pub(super) use routes;
