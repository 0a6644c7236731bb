#!/bin/sh
# Runs once, when PostgreSQL's data folder is made: a role and a database of its own for the product, and a role with two
# databases for Temporal. Neither role can connect to the other's databases.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 \
	--set product_password="$PRODUCT_DB_PASSWORD" --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE o2c LOGIN PASSWORD :'product_password';
CREATE DATABASE o2c OWNER o2c;
REVOKE ALL ON DATABASE o2c FROM PUBLIC;

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE temporal, temporal_visibility FROM PUBLIC;
SQL
