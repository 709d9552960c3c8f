-- Tables like those of the server, for pgbench alone.
DROP SCHEMA IF EXISTS convmark_bench CASCADE;
CREATE SCHEMA convmark_bench;
CREATE TABLE convmark_bench.heads (
    account  bytea   PRIMARY KEY,
    version  bigint  NOT NULL CHECK (version > 0)
);
CREATE TABLE convmark_bench.records (
    account  bytea   NOT NULL,
    version  bigint  NOT NULL CHECK (version > 0),
    sealed   bytea   NOT NULL,
    PRIMARY KEY (account, version)
);
INSERT INTO convmark_bench.heads
    SELECT convert_to('small_' || number, 'UTF8'), 1 FROM generate_series(0, 199) AS number;
