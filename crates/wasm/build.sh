#!/usr/bin/env bash
# Builds the npm package into pkg/: the engine in two modules, the schemas, JavaScript and types.
# Needs Rust and Node; the rest is fetched: the wasm32 target through rustup, or Debian's compiler where there is no
# rustup; wasm-opt and TypeScript from npm.
#
#   build.sh [--quick] [--no-default-features] [--features LIST]
#
# --quick takes less than half of the time for an engine that is a quarter larger; the features are those of Cargo.toml.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
target=wasm32-unknown-unknown
quick=
if [ "${1:-}" = --quick ]; then
    quick=yes
    export CARGO_PROFILE_WASM_LTO=off CARGO_PROFILE_WASM_CODEGEN_UNITS=16
    shift
fi
folder=${CARGO_TARGET_DIR:-$root/target}

has_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; }
has_source() { [ -d "$("${RUSTC:-rustc}" --print sysroot)/lib/rustlib/src/rust/library" ]; }

if has_target || { command -v rustup >/dev/null && rustup target add "$target" && has_target; }; then
    cargo=(cargo)
    [ -n "$quick" ] || has_source || { command -v rustup >/dev/null && rustup component add rust-src; } || true
else
    # Debian has the compiler, the source of its library, and the linker.
    packages=(rustc-web cargo-web rust-web-src rust-web-llvm lld-22)
    [ -x /usr/bin/wasm-ld-22 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; }
    export RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld-22
    cargo=(/usr/bin/cargo)
fi

# Panics name files by their place in the crate, wherever it was built.
flags="--remap-path-prefix=$root/= --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src/="
if [ -z "$quick" ] && has_source; then
    # The library is built on the way: a panic then ends the module at once, without the code that tells of it. That is a
    # part of the compiler that is not stable yet.
    export RUSTC_BOOTSTRAP=1
    cargo+=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
    flags+=" -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none"
fi

[ -d node_modules ] || npm ci --no-progress

export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags
"${cargo[@]}" build --package chartlens-wasm --target "$target" --profile wasm "$@"
rm -rf pkg
mkdir -p pkg/engine
module=$folder/$target/wasm/chartlens_wasm.wasm
(unset RUSTC RUSTC_BOOTSTRAP && cd "$root" && cargo run --quiet --package chartlens-wasm-bindgen --features program -- "$module" crates/wasm/pkg/engine)
effort=(-Oz --converge)
[ -z "$quick" ] || effort=(-O1)
optimise() {
    npx wasm-opt "${effort[@]}" --strip-producers --enable-bulk-memory --enable-sign-ext --enable-mutable-globals \
        --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue "$1" -o "$1"
}
optimise pkg/engine/deferred.wasm &
optimise pkg/engine/chartlens_bg.wasm
wait $!
cp ../schemas/data/kubernetes.bin pkg/schemas.bin
npx tsc
