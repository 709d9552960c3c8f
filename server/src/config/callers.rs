//! Who may call: the app, its keys, its admins.

use std::collections::HashSet;
use std::sync::Arc;

use super::ConfigError;
use super::layers::Layers;
use super::values;
use crate::facts::Known;
use crate::usersig::KeyFiles;

/// Who may call.
#[derive(Debug)]
pub struct Callers {
    /// The app that is served; `None` is any.
    pub app: Option<u32>,
    /// The keys that verify UserSigs; `None` if none is verified.
    pub keys: Option<Arc<KeyFiles>>,
    /// The app admins; `None` is everyone.
    admins: Option<HashSet<String>>,
}

impl Callers {
    pub(super) fn of(layers: &Layers, known: &Known) -> Result<Self, ConfigError> {
        let app = layers.one("app", values::number_in(1, u32::MAX))?;
        let files = layers.many("key", values::path)?;
        let named = layers.many("admins", values::user_id)?;
        let admins = match (layers.has("admins"), known.admins()) {
            (true, Some(_)) => {
                let problem =
                    "and the admins of --facts are both given; give one of them".to_owned();
                return Err(layers.error("admins", problem));
            }
            (true, None) => Some(named.into_iter().collect()),
            (false, admins) => admins.cloned(),
        };
        if files.is_empty() {
            return Ok(Self { app, keys: None, admins });
        }
        if app.is_none() {
            let problem = "needs --app SDKAPPID: the app that the key belongs to".to_owned();
            return Err(layers.error("key", problem));
        }
        if admins.is_none() {
            let problem =
                "needs --admins: end users have valid UserSigs too, and only admins may call"
                    .to_owned();
            return Err(layers.error("key", problem));
        }
        let keys =
            KeyFiles::read(files).map_err(|(path, problem)| ConfigError::File { path, problem })?;
        Ok(Self { app, keys: Some(Arc::new(keys)), admins })
    }

    /// Whether each call proves who sent it.
    #[must_use]
    pub const fn are_verified(&self) -> bool {
        self.keys.is_some()
    }

    /// The app admins; `None` is everyone.
    #[must_use]
    pub const fn admins(&self) -> Option<&HashSet<String>> {
        self.admins.as_ref()
    }

    /// Whether that user is an app admin.
    #[must_use]
    pub fn is_admin(&self, identifier: &str) -> bool {
        self.admins.as_ref().is_none_or(|admins| admins.contains(identifier))
    }

    /// Whether everyone is an app admin.
    #[must_use]
    pub const fn everyone_is_admin(&self) -> bool {
        self.admins.is_none()
    }
}
