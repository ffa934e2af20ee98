#!/bin/sh
# Look every locked package up in a database of known vulnerabilities: the exit code is 1 when one is known.
#
#   sh requirements/audit.sh [LOCK …]      requirements/runtime.txt, unless others are named
#
# AUDIT_URL       another address of the OSV interface: an internal mirror, or an export that is served offline
# AUDIT=optional  a database that cannot be reached is told, and is no failure
set -eu

venv=.venv/audit
url=${AUDIT_URL:-https://api.osv.dev/v1/query}
[ $# -gt 0 ] || set -- requirements/runtime.txt

if [ ! -e $venv/stamp ] || [ requirements/audit.txt -nt $venv/stamp ]; then
    "${PYTHON:-python3}" -m venv --clear $venv
    $venv/bin/python -m pip --disable-pip-version-check --no-input -q install --require-hashes -r requirements/audit.txt
    touch $venv/stamp
fi

for lock in "$@"; do
    told=$(mktemp)
    if $venv/bin/python -m pip_audit --progress-spinner off --vulnerability-service osv --osv-url "$url" \
        --require-hashes --disable-pip --requirement "$lock" >"$told" 2>&1; then
        printf '%s: no known vulnerability\n' "$lock"
        rm -f "$told"
        continue
    fi
    # What was looked up says how much it found; all else is that nothing could be looked up.
    if grep -q '^Found .* known vulnerabilit' "$told"; then
        cat "$told" >&2
        printf 'error: %s has packages with known vulnerabilities: raise their versions, then make lock\n' "$lock" >&2
        exit 1
    fi
    tail -n 1 "$told" >&2
    printf 'NOT AUDITED: %s could not be looked up at %s\n' "$lock" "$url" >&2
    printf 'Allow this machine to reach it, or name a mirror or a served export: AUDIT_URL=…\n' >&2
    rm -f "$told"
    [ "${AUDIT:-required}" = optional ] || exit 1
done
