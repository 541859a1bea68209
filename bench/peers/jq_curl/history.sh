#!/bin/sh
# Brings history with curl and jq, in the current folder: read a page, make records, push, until a page is empty.
# Takes SITOO_ACCOUNT_URL, SITOO_USER (id:key), OMETRIA_API_URL, OMETRIA_API_KEY, FIELDS from the environment.
set -eu
here=$(dirname "$0")
from=0
while :; do
  curl -sf --user "$SITOO_USER" -o page \
    "$SITOO_ACCOUNT_URL/orders.json?fields=$FIELDS&orderidfrom=$from&sort=orderid&num=100"
  jq -c -f "$here/record.jq" page >out
  { read -r last; cat >records; } <out
  [ "$last" != '""' ] || break
  curl -sf -o /dev/null -H "x-ometria-auth: $OMETRIA_API_KEY" -H 'content-type: application/json' \
    --data-binary @records "$OMETRIA_API_URL/push"
  from=$((last + 1))
done
