#!/usr/bin/env bash
# Makes a version: install/release.sh 0.3.0 shows what it would do; with --go it is done. Everything happens in a clone
# under build/ first: only a commit and a tag that passed all checks come back. Nothing is sent anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() {
  echo "release: $1" >&2
  exit "${2-65}"
}

go=
if [ "${1-}" = --go ]; then
  go=yes
  shift
fi
version=${1-}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "usage: install/release.sh [--go] 1.2.3" 2
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed; commit them first"
branch=$(git symbolic-ref --short HEAD)
[ "$branch" = main ] || fail "versions are made on main; this is $branch"
! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || fail "there is a version $version already"

clone=build/release
rm -rf "$clone"
git clone --quiet . "$clone"
cd "$clone"
# The section of what is not released yet becomes that of the version, and a new one is begun.
grep -q '^## Not released$' CHANGELOG.md || fail "CHANGELOG.md has no section 'Not released'"
notes=$(sed -n '/^## Not released$/,/^## [0-9]/p' CHANGELOG.md | sed '1d;/^## /d' | sed '/./,$!d')
[ -n "$notes" ] || fail "CHANGELOG.md says nothing under 'Not released': write what users will see"
sed -i "s/^## Not released$/## Not released\n\n## $version ($(date -u +%F))/" CHANGELOG.md
npm version --no-git-tag-version --allow-same-version "$version" >/dev/null
make --no-print-directory build >/dev/null
make --no-print-directory docs
# CHECK=true leaves the tests out, for somebody who only wants to see the rest.
${CHECK-make --no-print-directory check}
git commit --quiet --all --message "all: version $version"
git tag --annotate "v$version" --message "$notes"
npm pack --dry-run --ignore-scripts 2>&1 | grep -E 'filename|package size|unpacked size|total files'

cd ../..
if [ -n "$go" ]; then
  git fetch --quiet "$clone" main "refs/tags/v$version:refs/tags/v$version"
  git merge --quiet --ff-only FETCH_HEAD
  echo "version $version is made: git push --follow-tags sends it"
else
  git -C "$clone" show --stat --format='would commit: %s' HEAD
  echo "would tag: v$version, with these notes:"
  echo "$notes"
  echo "nothing was changed here; install/release.sh --go $version does it"
fi
