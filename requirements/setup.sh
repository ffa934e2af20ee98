#!/bin/sh
# Set-up behind `make demo` (runtime) and `make test` (test): system libraries, .venv/, locked packages.
#
#   sh requirements/setup.sh runtime|test
#
# Every step says one line; the packages' own output is shown only when a step fails.
set -eu

lock=${1:?runtime or test}
venv=.venv

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The first Python that can do the work; PYTHON names one explicitly.
find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            say "$candidate"
            return
        fi
    done
    fail "Python 3.11 or later with venv is needed (Debian, Ubuntu: apt-get install python3 python3-venv)."
}

# Debian packages whose shared library the typesetter cannot load.
missing_packages() {
    "$1" - <<'PY'
import ctypes

packages = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
for library, package in packages.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PY
}

quietly() {
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

install_system_libraries() {
    packages=$(missing_packages "$1" | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        fail "system libraries are missing; as root: apt-get install $packages"
    fi
    say "Installing system libraries: $packages"
    quietly apt-get -q update || fail "apt-get update failed"
    # shellcheck disable=SC2086  # one word per package
    DEBIAN_FRONTEND=noninteractive quietly apt-get -qy --no-install-recommends install $packages ||
        fail "apt-get could not install $packages"
}

make_environment() {
    if [ -x $venv/bin/python ] && $venv/bin/python -c 'import pip' 2>/dev/null; then
        return
    fi
    say "Creating $venv with $("$1" --version)"
    quietly "$1" -m venv --clear $venv || fail "the virtual environment could not be created"
}

install_packages() {
    say "Installing $(grep -c '==' "requirements/$lock.txt") packages from requirements/$lock.txt"
    pip="$venv/bin/python -m pip --disable-pip-version-check --no-input -q"
    # Most modules of the libraries are never imported: compiling the rest on first use is quicker.
    quietly $pip install --no-compile --require-hashes -r "requirements/$lock.txt" || fail "the packages could not be installed"
    # The build backend is locked too, so nothing unhashed is fetched here.
    quietly $pip install --no-deps --no-build-isolation -e . || fail "the package itself could not be installed"
}

python=$(find_python)
install_system_libraries "$python"
make_environment "$python"
install_packages

touch $venv/runtime.stamp
if [ "$lock" = test ]; then touch $venv/test.stamp; fi
