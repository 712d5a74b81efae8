#!/bin/sh
# Makes or upgrades the tables of the Temporal server that is as old as this image. Repeating it changes nothing.
# Environment: SQL_HOST, SQL_USER, SQL_PASSWORD.
set -eu

set_up() {
  database=$1 schema=$2
  sql() { temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p 5432 -u "$SQL_USER" --db "$database" "$@"; }
  sql create
  sql setup-schema -v 0.0
  sql update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
}

set_up temporal temporal
set_up temporal_visibility visibility
