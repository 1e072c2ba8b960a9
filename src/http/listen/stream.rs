//! A connection's bytes, and the end of an answer: what `room` needs to know of them.

use super::room::At;
use axum::body::{Body, Bytes};
use hyper::body::{Frame, Incoming, SizeHint};
use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// How long a client goes on sending a body that nobody wants before the connection is cut. A system throws an answer away
/// that its program has not read when bytes come to a closed connection (RFC 9112 §9.6).
const LINGER: Duration = Duration::from_secs(2);
/// What is read of it at most, in bytes.
const UNWANTED: usize = 16 << 20;

/// A connection that tells what it waits for.
pub struct Watched {
    stream: TcpStream,
    at: Arc<At>,
    lingers: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Watched {
    /// Of that connection.
    pub fn new(stream: TcpStream, at: Arc<At>) -> Self {
        Self {
            stream,
            at,
            lingers: None,
        }
    }

    fn wrote(&self, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        match &written {
            Poll::Pending => self.at.stands(),
            Poll::Ready(Ok(bytes)) => self.at.took(*bytes),
            Poll::Ready(Err(_)) => {}
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.at.received();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let Self {
            stream,
            at,
            lingers,
        } = self.get_mut();
        let mut stream = Pin::new(stream);
        if lingers.is_none() {
            ready!(stream.as_mut().poll_shutdown(context))?;
            if !at.is_unread() {
                return Poll::Ready(Ok(()));
            }
        }
        let (until, left) =
            lingers.get_or_insert_with(|| (Box::pin(tokio::time::sleep(LINGER)), UNWANTED));
        let mut room = [0; 8192];
        while *left > 0 {
            let mut buffer = ReadBuf::new(&mut room);
            match stream.as_mut().poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    *left = left.saturating_sub(buffer.filled().len());
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => return until.as_mut().poll(context).map(Ok),
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A request's body that tells when all of it was read.
pub struct Taken {
    /// The body.
    pub body: Incoming,
    /// Of its connection.
    pub at: Arc<At>,
}

impl hyper::body::Body for Taken {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.at.is_read();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body that tells when nothing more of it is to come.
pub struct Tracked {
    /// The body.
    pub body: Body,
    /// Of its connection.
    pub at: Arc<At>,
}

impl hyper::body::Body for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.at.answered();
    }
}
