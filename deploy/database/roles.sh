#!/bin/sh
# Run once by the image postgres, in a database that is new: two accounts that are no superusers.
#   kvalitet_owner  owns the database and its tables: migrate, restore, demo. Only while those run.
#   kvalitet        web, worker and beat: reads and writes rows, owns no table. What it may do to which
#                   table, manage.py grant says each time the tables have been migrated.
set -eu
export SECRETS="${SECRETS:-/run/secrets}" APPLICATION="${APPLICATION:-kvalitet}"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\set owner_password `cat "$SECRETS/database_owner_password"`
\set password `cat "$SECRETS/database_password"`
\set database `echo "$POSTGRES_DB"`
\set application `echo "$APPLICATION"`
CREATE ROLE kvalitet_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE :"application" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
-- So that the queue, when it lies in the database, can be given to the application.
GRANT :"application" TO kvalitet_owner;
ALTER DATABASE :"database" OWNER TO kvalitet_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"application";
SQL
