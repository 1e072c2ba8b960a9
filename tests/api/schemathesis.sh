#!/usr/bin/env bash
# Asks every address of the API, as nobody, as each role and as a citizen, what its description allows and what it does
# not, and fails on any answer that the description does not know and on any server error.
#
# Usage: IKD_BIN=target/debug/ikd ST=path/to/schemathesis WHO='nobody citizen' tests/api/schemathesis.sh [seed] [examples]
set -euo pipefail
cd "$(dirname "$0")"
ikd=$(realpath "${IKD_BIN:-../../target/debug/ikd}")
st=${ST:-schemathesis}
seed=${1:-1}
examples=${2:-10}
dir=$(mktemp -d)
# shellcheck disable=SC2064
trap "kill %1 2>/dev/null || true; wait; rm -rf '$dir'" EXIT

"$ikd" --data "$dir/data" demo --port 0 >"$dir/story" 2>&1 &
for _ in $(seq 3000); do
    grep -q 'listening on' "$dir/story" && break
    sleep 0.2
done
base=$(sed -n 's/^listening on //p' "$dir/story")
[ -n "$base" ] || { cat "$dir/story"; exit 1; }
token() { "$ikd" --data "$dir/data" officer add --office ID.3273 --name Uji --role "$1" 2>/dev/null | sed -n 's/^token *//p'; }
"$ikd" --data "$dir/data" mandate add --office ID.3273 --cards 100000 >"$dir/mandate" 2>&1

failed=0
for who in ${WHO:-nobody citizen operator verifier signer auditor admin}; do
    headers=()
    case $who in
    nobody) ;;
    citizen)
        nik=$(sed -n 's/^  \([0-9]\{16\}\)  KK.*/\1/p' "$dir/story" | head -1)
        python3 citizen.py "$base" "$dir/data" "$nik" >"$dir/session"
        while read -r line; do headers+=(-H "$line"); done <"$dir/session"
        ;;
    *) headers=(-H "Authorization: Bearer $(token "$who")") ;;
    esac
    if "$st" --config-file schemathesis.toml run "$base/openapi.json" "${headers[@]}" --checks all --seed "$seed" \
        --max-examples "$examples" --no-color >"$dir/$who.log" 2>&1; then
        printf '%-9s %s\n' "$who" "$(grep -E 'generated' "$dir/$who.log" | tail -1)"
    else
        failed=1
        printf '%-9s failed\n' "$who"
        sed -n '/FAILURES/,$p' "$dir/$who.log" | head -150
    fi
done
if grep -q '"level":"ERROR"' "$dir/story"; then
    echo 'the server logged errors:'
    grep '"level":"ERROR"' "$dir/story" | head
    failed=1
fi
exit "$failed"
