-- An append of the server; pgbench does not know the version, so it advances whatever there is.
\set number random(0, 199)
WITH advanced AS (UPDATE convmark_bench.heads SET version = version + 1 WHERE account = convert_to('small_' || :number::text, 'UTF8') RETURNING account, version) INSERT INTO convmark_bench.records (account, version, sealed) SELECT account, version, decode(repeat('a5', 80), 'hex') FROM advanced;
