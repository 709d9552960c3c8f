\set number random(0, 199)
SELECT version FROM convmark_bench.heads WHERE account = convert_to('small_' || :number::text, 'UTF8');
