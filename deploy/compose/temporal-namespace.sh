#!/bin/sh
# Makes the namespace and registers the search attributes that the workflows upsert; an upsert of one that is not
# registered makes the workflow hang, so api and worker start after this. A second run changes nothing.
# The CLI takes TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE from the environment.
set -eu

retention=720h # 30 days: how long a closed order's story can still be read in the UI

tries=0
until temporal operator cluster health >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ "$tries" -lt 60 ] || { echo "Temporal at $TEMPORAL_ADDRESS is not healthy" >&2; exit 1; }
	sleep 1
done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
	temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention" \
		--description "orders, payments and bank statements of o2c"

register() {
	tries=0 # a namespace that was just made takes a moment to be known everywhere
	while ! temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" 2>/dev/null | grep -qw "$1"; do
		tries=$((tries + 1))
		[ "$tries" -lt 60 ] || { echo "search attribute $1 does not appear" >&2; exit 1; }
		temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2" || true
		sleep 1
	done
}
register O2CStage Keyword
register O2CCustomer Keyword
register O2CBlockedBy Keyword
register O2CPurchaseOrder Keyword
register O2CInvoices KeywordList
register O2CNextActionAt Datetime
register O2COpenAmount Double
