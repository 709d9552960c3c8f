-- Migration 1: accounts as heads, records and snapshots.
--
-- Run in one transaction, with search_path set to the schema of --postgres-schema. The server does
-- that itself when it starts; by hand:
--
--   psql --single-transaction -c 'SET search_path TO convmark' -f 0001_accounts.sql DATABASE
--
-- User IDs are bytea: they are compared byte by byte, whatever the collation of the database.

-- Which migrations this schema has.
CREATE TABLE migrations (
    number      integer     PRIMARY KEY,
    applied_at  timestamptz NOT NULL DEFAULT now()
);

-- The newest version of each account. A row is the lock of its account: it is advanced from the
-- expected version by the statement that inserts the records.
CREATE TABLE heads (
    account  bytea   PRIMARY KEY,
    version  bigint  NOT NULL CHECK (version > 0)
);

-- The changes of one request each, sealed with a checksum.
CREATE TABLE records (
    account  bytea   NOT NULL,
    version  bigint  NOT NULL CHECK (version > 0),
    sealed   bytea   NOT NULL,
    PRIMARY KEY (account, version)
);

-- The newest snapshot of an account, sealed with a checksum. It replaces the records up to its version.
CREATE TABLE snapshots (
    account  bytea   PRIMARY KEY,
    version  bigint  NOT NULL CHECK (version > 0),
    sealed   bytea   NOT NULL
);

INSERT INTO migrations (number) VALUES (1);
