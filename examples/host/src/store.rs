//! The durable store: one file, one table, one snapshot per account.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use convmark::{Account, UserId};
use redb::{Database, Durability, ReadableDatabase, TableDefinition};

/// `From_Account` to the account's snapshot, JSON.
const ACCOUNTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("accounts");

pub struct Store {
    file: PathBuf,
    /// `None` after a failure, until the next request opens the file again.
    database: Mutex<Option<Arc<Database>>>,
}

impl Store {
    pub fn open(file: &Path) -> Result<Self, redb::Error> {
        let database = Mutex::new(Some(Arc::new(open(file)?)));
        Ok(Self { file: file.to_owned(), database })
    }

    /// The account as last stored, or an empty account if it was never stored.
    pub fn load(&self, user: &UserId<'_>) -> Result<Account, Box<dyn Error>> {
        let snapshot = self.with(|database| {
            let accounts = database.begin_read()?.open_table(ACCOUNTS)?;
            Ok(accounts.get(user.as_str())?.map(|snapshot| snapshot.value().to_vec()))
        })?;
        // Loading checks the snapshot. A damaged snapshot is an error.
        Ok(snapshot
            .map_or_else(|| Ok(Account::new()), |snapshot| serde_json::from_slice(&snapshot))?)
    }

    /// Stores the account as one value, so the changes of a request are stored as a whole or not at
    /// all.
    pub fn save(&self, user: &UserId<'_>, account: &Account) -> Result<(), Box<dyn Error>> {
        let snapshot = serde_json::to_vec(account)?;
        Ok(self.with(|database| {
            let mut transaction = database.begin_write()?;
            // The default, set here because everything depends on it: the data is on the disk when
            // `commit` returns.
            transaction.set_durability(Durability::Immediate)?;
            transaction.open_table(ACCOUNTS)?.insert(user.as_str(), snapshot.as_slice())?;
            Ok(transaction.commit()?)
        })?)
    }

    /// After a failed write it is unknown what the disk holds, and the database refuses all further
    /// work. So it is closed, and the next request opens the file again, which recovers the last
    /// complete commit.
    fn with<T>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, redb::Error>,
    ) -> Result<T, redb::Error> {
        let database = {
            let mut current = crate::lock(&self.database);
            match &*current {
                Some(database) => Arc::clone(database),
                // Opened, never created: an empty store in place of a lost one would look like
                // accounts without data.
                None => Arc::clone(current.insert(Arc::new(Database::open(&self.file)?))),
            }
        };
        work(&database).inspect_err(|_| *crate::lock(&self.database) = None)
    }
}

fn open(file: &Path) -> Result<Database, redb::Error> {
    if !fs::exists(file)? {
        // Created under another name: a file of a process that was killed while creating it could
        // not be opened.
        let mut made = file.as_os_str().to_owned();
        made.push(".new");
        match fs::remove_file(&made) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let database = Database::create(&made)?;
        let transaction = database.begin_write()?;
        transaction.open_table(ACCOUNTS)?;
        transaction.commit()?;
        drop(database);
        fs::rename(&made, file)?;
        // The name must be as durable as the data.
        #[cfg(unix)]
        if let Ok(directory) = fs::canonicalize(file).map(|file| file.with_file_name("")) {
            fs::File::open(directory)?.sync_all()?;
        }
    }
    Ok(Database::open(file)?)
}
