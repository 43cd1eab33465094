#!/usr/bin/env bash
# Runs the tests that exercise the native module under a sanitizer: run.sh address|thread PYTHON [TEST...].
# PYTHON must have embtrain built with that sanitizer, by the compiler in CXX or g++ (see `make sanitize`).
set -euo pipefail
kind=$1 python=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
compiler=${CXX:-g++}

# Not those that limit memory, which a sanitizer needs without limits, and not those that compare speeds.
tests=(tests/counts tests/ops tests/plain tests/text tests/vectors tests/test_ngrams.py tests/test_instruction_sets.py
  tests/test_vocabulary.py tests/training/test_trainer.py tests/training/test_glove.py tests/training/test_subwords.py)

library() { "$compiler" -print-file-name="$1"; }
case $kind in
  address)
    # Python and torch keep memory until they end. The C++ library must be there when the sanitizer starts.
    export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:allocator_may_return_null=1:${ASAN_OPTIONS:-}
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:${UBSAN_OPTIONS:-}
    preload="$(library libasan.so) $(library libstdc++.so.6)"
    run=()
    ;;
  thread)
    # What threads of torch do among themselves is torch's. Hogwild's races are listed in hogwild.supp.
    export TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=$here/hogwild.supp:exitcode=66:${TSAN_OPTIONS:-}
    preload=$(library libtsan.so)
    run=(setarch -R) # addresses that the sanitizer of older compilers expects
    ;;
  *)
    echo "unknown sanitizer '$kind', expected address or thread" >&2
    exit 2
    ;;
esac
export PYTHONMALLOC=malloc
[ $# -gt 0 ] || set -- "${tests[@]}"
exec "${run[@]}" env LD_PRELOAD="$preload" "$python" -m pytest -p no:cacheprovider "$@"
