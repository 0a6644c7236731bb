#!/bin/sh
# Runs once, when PostgreSQL's data folder is made: a database for the product with a role that owns it and migrates, and one
# that the product logs in as, which is only a member of o2c_app (docs/adr/0009); a role with two databases for Temporal.
# Neither side can connect to the other's databases.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 \
	--set owner_password="$OWNER_DB_PASSWORD" --set product_password="$PRODUCT_DB_PASSWORD" --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE o2c_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE o2c_app NOLOGIN;
CREATE ROLE o2c LOGIN PASSWORD :'product_password' IN ROLE o2c_app;
CREATE DATABASE o2c OWNER o2c_owner;
REVOKE ALL ON DATABASE o2c FROM PUBLIC;
GRANT CONNECT ON DATABASE o2c TO o2c_app;

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE temporal, temporal_visibility FROM PUBLIC;
SQL
