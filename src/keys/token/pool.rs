//! Sessions of a token, and finding it again after it vanished.

use super::{Access, pin};
use crate::clock::Stopwatch;
use crate::keys::{KeyError, PATIENCE};
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
/// Who may wait for a session at the same time; the next one is told at once.
const WAITING: usize = 64;

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
    /// Who waits for a session.
    waiting: usize,
    /// Somebody opens a session, without the lock.
    opening: bool,
    /// The user is logged in, for all sessions.
    logged_in: bool,
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

/// A session that is lent; it comes back, or is closed, whatever happens.
struct Lent<'p> {
    pool: &'p Pool,
    held: Option<Held>,
    /// It is closed rather than lent again.
    spoilt: bool,
    gone: bool,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        // Closed before anybody may begin anew: numbers of sessions are given again.
        let held = self.held.take();
        state.broken |= self.gone;
        match held {
            Some(held) if !state.broken && !self.spoilt => state.idle.push(held),
            held => drop(held),
        }
        state.out -= 1;
        drop(state);
        self.pool.free.notify_all();
    }
}

impl Pool {
    pub fn new(access: Access) -> Self {
        Self {
            access,
            state: Mutex::default(),
            free: Condvar::new(),
        }
    }

    /// The token's label.
    pub fn label(&self) -> &str {
        &self.access.token
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
        match self.once(&work) {
            Err((_, true)) => self.once(&work).map_err(|(error, _)| error),
            other => other.map_err(|(error, _)| error),
        }
    }

    /// The same without a second try, for what must not happen twice. The error says whether the token was gone.
    pub fn once<T>(
        &self,
        work: impl Fn(&mut Held) -> Result<T, Lost>,
    ) -> Result<T, (KeyError, bool)> {
        let mut lent = self.take().map_err(|error| (error, false))?;
        let held = lent.held.take();
        let Some(mut held) = held else {
            return Err((self.failed("no session"), false));
        };
        let result = work(&mut held);
        lent.held = Some(held);
        result.map_err(|lost| {
            lent.gone = lost.is_gone();
            // Something may still be under way in it.
            lent.spoilt = true;
            (self.failed(&lost.text()), lent.gone)
        })
    }

    /// A session, after [`PATIENCE`] at most: whoever signs for somebody must not wait for a device for ever.
    fn take(&self) -> Result<Lent<'_>, KeyError> {
        let watch = Stopwatch::start();
        let mut state = self.lock();
        loop {
            if state.broken && state.out == 0 && !state.opening {
                close(&mut state);
            }
            if !state.broken {
                if let Some(held) = state.idle.pop() {
                    state.out += 1;
                    return Ok(self.lend(held));
                }
                if !state.opening && state.out < self.access.sessions.max(1) {
                    return self.more(state).map(|held| self.lend(held));
                }
            }
            let Some(left) = PATIENCE.checked_sub(watch.elapsed()) else {
                return Err(KeyError::Late);
            };
            // Each of them is a thread that waits.
            if state.waiting >= WAITING {
                return Err(KeyError::Late);
            }
            state.waiting += 1;
            let waited = self.free.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
    }

    fn lend(&self, held: Held) -> Lent<'_> {
        Lent {
            pool: self,
            held: Some(held),
            spoilt: false,
            gone: false,
        }
    }

    /// Another session; the first one logs in, for all of this process. The lock is not held meanwhile, so that others
    /// bring theirs back however long the device takes.
    fn more(&self, mut state: MutexGuard<'_, State>) -> Result<Held, KeyError> {
        if let Some((when, cause)) = &state.failed
            && when.elapsed() < PAUSE
        {
            return Err(self.failed(cause));
        }
        state.opening = true;
        let (open, log_in) = (state.open.take(), !state.logged_in);
        drop(state);
        let opened = self.session(open, log_in);
        let mut state = self.lock();
        state.opening = false;
        self.free.notify_all();
        match opened {
            Ok((open, held)) => {
                state.open = Some(open);
                state.logged_in = true;
                state.failed = None;
                state.out += 1;
                Ok(held)
            }
            Err((open, error)) => {
                state.open = open;
                if let KeyError::Token { cause, .. } = &error {
                    state.failed = Some((Stopwatch::start(), cause.clone()));
                    // Not while others are within the driver.
                    state.broken = true;
                }
                Err(error)
            }
        }
    }

    fn session(
        &self,
        open: Option<Open>,
        log_in: bool,
    ) -> Result<(Open, Held), (Option<Open>, KeyError)> {
        let failed = |error: Error| self.failed(&Lost::Driver(error).text());
        let open = match open {
            Some(open) => open,
            None => self.open().map_err(|error| (None, error))?,
        };
        let Open { pkcs11, slot } = &open;
        let opened = pkcs11.open_rw_session(*slot).map_err(failed);
        let logged_in = opened.and_then(|session| {
            if log_in {
                self.log_in(pkcs11, *slot, &session)?;
            }
            Ok(session)
        });
        match logged_in {
            Ok(session) => {
                let handles = HashMap::new();
                Ok((open, Held { session, handles }))
            }
            Err(error) => Err((Some(open), error)),
        }
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
        match session.login(UserType::User, Some(&pin.pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                pin::accepted(&self.access);
                Ok(())
            }
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => Err(pin::refused(&self.access, pin)),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(locked(true)),
            Err(other) => Err(failed(other)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets all sessions and the driver's view of its tokens, so that the next one who comes begins anew. Nobody may be
/// within the driver.
fn close(state: &mut State) {
    state.idle.clear();
    state.broken = false;
    state.logged_in = false;
    if let Some(open) = state.open.take() {
        let _ = open.pkcs11.finalize();
    }
}
