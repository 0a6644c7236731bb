#!/bin/sh
# Brings the schemas of Temporal's two databases to the version of the admin-tools image. A second run changes nothing.
# The tool takes host, user, password and plugin from SQL_* variables.
set -eu

for database in temporal visibility; do
	name=temporal
	[ "$database" = temporal ] || name=temporal_visibility
	temporal-sql-tool --database "$name" setup-schema --version 0.0
	temporal-sql-tool --database "$name" update-schema \
		--schema-dir "/etc/temporal/schema/postgresql/v12/$database/versioned"
done
