//! Sessions of a token, and finding it again after it vanished.

use super::{Access, pin};
use crate::clock::Stopwatch;
use crate::keys::KeyError;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::object::ObjectHandle;
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A token that could not be reached is not asked again sooner, so that what waits for it fails at once.
const PAUSE: Duration = Duration::from_secs(1);

/// Why something with a session did not work.
pub enum Lost {
    /// The driver says so.
    Driver(Error),
    /// What the token says makes no sense.
    Odd(&'static str),
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl Lost {
    /// Whether the session, or the token, is gone rather than the request wrong.
    fn is_gone(&self) -> bool {
        use RvError::*;
        let Self::Driver(Error::Pkcs11(code, _)) = self else {
            return false;
        };
        matches!(
            code,
            CryptokiNotInitialized
                | DeviceError
                | DeviceMemory
                | DeviceRemoved
                | FunctionFailed
                | GeneralError
                | KeyHandleInvalid
                | ObjectHandleInvalid
                | SessionClosed
                | SessionHandleInvalid
                | SlotIdInvalid
                | TokenNotPresent
                | TokenNotRecognized
                | UserNotLoggedIn
        )
    }

    fn text(&self) -> String {
        match self {
            // The driver's names are what its manual and the network's forums know.
            Self::Driver(Error::Pkcs11(code, function)) => format!("{function}: {code:?}"),
            Self::Driver(other) => other.to_string(),
            Self::Odd(what) => (*what).to_string(),
        }
    }
}

/// A session that somebody works with.
pub struct Held {
    /// The session, logged in.
    pub session: Session,
    /// Private keys by their labels, as this session found them.
    pub handles: HashMap<Vec<u8>, ObjectHandle>,
}

struct Open {
    pkcs11: Pkcs11,
    slot: Slot,
}

#[derive(Default)]
struct State {
    open: Option<Open>,
    idle: Vec<Held>,
    /// Sessions that somebody works with.
    out: usize,
    /// The token is gone; once nobody works with a session any more it is looked for anew.
    broken: bool,
    /// When it could not be reached last, and why.
    failed: Option<(Stopwatch, String)>,
}

/// The sessions.
pub struct Pool {
    access: Access,
    state: Mutex<State>,
    free: Condvar,
}

impl Pool {
    pub fn new(access: Access) -> Self {
        Self {
            access,
            state: Mutex::default(),
            free: Condvar::new(),
        }
    }

    /// That something went wrong with the token.
    pub fn failed(&self, cause: &str) -> KeyError {
        KeyError::Token {
            token: self.access.token.clone(),
            cause: cause.to_string(),
        }
    }

    /// Works with a session. Where the token turns out to be gone it is looked for anew, once.
    pub fn with<T>(&self, work: impl Fn(&mut Held) -> Result<T, Lost>) -> Result<T, KeyError> {
        let mut again = true;
        loop {
            let mut held = self.take()?;
            let result = work(&mut held);
            let gone = result.as_ref().err().is_some_and(Lost::is_gone);
            self.give(held, gone);
            match result {
                Ok(value) => return Ok(value),
                Err(_) if gone && again => again = false,
                Err(lost) => return Err(self.failed(&lost.text())),
            }
        }
    }

    fn take(&self) -> Result<Held, KeyError> {
        let mut state = self.lock();
        loop {
            if state.broken {
                if state.out > 0 {
                    state = self
                        .free
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                close(&mut state);
            }
            if let Some(held) = state.idle.pop() {
                state.out += 1;
                return Ok(held);
            }
            if state.out >= self.access.sessions.max(1) {
                state = self
                    .free
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let held = self.more(&mut state)?;
            state.out += 1;
            return Ok(held);
        }
    }

    fn give(&self, held: Held, gone: bool) {
        let mut state = self.lock();
        state.out -= 1;
        state.broken |= gone;
        if !state.broken {
            state.idle.push(held);
        }
        drop(state);
        self.free.notify_all();
    }

    /// Another session; the first one logs in, for all of this process.
    fn more(&self, state: &mut State) -> Result<Held, KeyError> {
        if let Some((when, cause)) = &state.failed
            && when.elapsed() < PAUSE
        {
            return Err(self.failed(cause));
        }
        let opened = self.session(state);
        state.failed = match &opened {
            Err(KeyError::Token { cause, .. }) => {
                let cause = cause.clone();
                close(state);
                Some((Stopwatch::start(), cause))
            }
            _ => None,
        };
        opened
    }

    fn session(&self, state: &mut State) -> Result<Held, KeyError> {
        let failed = |error: Error| self.failed(&Lost::Driver(error).text());
        if state.open.is_none() {
            state.open = Some(self.open()?);
        }
        let Some(Open { pkcs11, slot }) = &state.open else {
            return Err(self.failed("it was closed"));
        };
        let session = pkcs11.open_rw_session(*slot).map_err(failed)?;
        if state.out == 0 && state.idle.is_empty() {
            self.log_in(pkcs11, *slot, &session)?;
        }
        Ok(Held {
            session,
            handles: HashMap::new(),
        })
    }

    fn open(&self) -> Result<Open, KeyError> {
        let failed = |error: Error| self.failed(&Lost::Driver(error).text());
        let pkcs11 = Pkcs11::new(&self.access.module).map_err(|_| {
            let module = self.access.module.display();
            self.failed(&format!("{module}: not a PKCS#11 driver"))
        })?;
        match pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            other => other.map_err(failed)?,
        }
        for slot in pkcs11.get_slots_with_token().map_err(failed)? {
            let about = pkcs11.get_token_info(slot).map_err(failed)?;
            if about.label() == self.access.token {
                return Ok(Open { pkcs11, slot });
            }
        }
        let _ = pkcs11.finalize();
        Err(self.failed("no token has this label"))
    }

    fn log_in(&self, pkcs11: &Pkcs11, slot: Slot, session: &Session) -> Result<(), KeyError> {
        let failed = |error: Error| self.failed(&Lost::Driver(error).text());
        let about = pkcs11.get_token_info(slot).map_err(failed)?;
        let locked = |locked| KeyError::Locked {
            token: self.access.token.clone(),
            locked,
        };
        if about.user_pin_locked() {
            return Err(locked(true));
        }
        if about.user_pin_final_try() {
            return Err(locked(false));
        }
        let pin = pin::read(&self.access)?;
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                pin::accepted(&self.access);
                Ok(())
            }
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => Err(pin::refused(&self.access)),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(locked(true)),
            Err(other) => Err(failed(other)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets all sessions and the driver's view of its tokens, so that the next one who comes begins anew.
fn close(state: &mut State) {
    state.idle.clear();
    state.broken = false;
    if let Some(open) = state.open.take() {
        let _ = open.pkcs11.finalize();
    }
}
