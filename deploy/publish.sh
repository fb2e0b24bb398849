#!/bin/sh
# Publish site/ with rclone to a place that changes file by file: object storage, WebDAV or SFTP.
#
#   deploy/publish.sh [-n] [--adopt] TARGET [SITE]
#
#   TARGET      remote:bucket/path as rclone knows it; a folder of this machine as ./folder or /folder
#   SITE        the folder of the built site (default: site)
#   -n, --plan  print what would be uploaded and deleted, and change nothing
#   --adopt     replace and delete what is at TARGET, although this script did not put it there
#   -h, --help  print this text
#
# Exit codes: 0 published, 1 failed (the same command again completes it), 2 wrong arguments.
#
# A reader who comes halfway, or after a failure halfway, must not meet a page without its scripts, or a link
# to a page that is not there yet. So what is named is uploaded before what names it, and deleted last of all.
# README.md in this folder tells how to set up a target, and what can still differ meanwhile.
set -eu
export LC_ALL=C # one order of names for sort and comm
# A bucket that does not exist is a typing error, and the key of one bucket cannot create others.
export RCLONE_S3_NO_CHECK_BUCKET=true RCLONE_GCS_NO_CHECK_BUCKET=true RCLONE_AZUREBLOB_NO_CHECK_CONTAINER=true

fail() { # MESSAGE [EXIT CODE]
  echo "publish: $1" >&2
  exit "${2:-1}"
}

adopt='' target='' site=''
for word; do
  case $word in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit ;;
    -n | --plan) export RCLONE_DRY_RUN=true ;;
    --adopt) adopt=--ignore-times ;; # the same file may be there without our Cache-Control
    -*) fail "unknown option $word; see --help" 2 ;;
    *) if [ -z "$target" ]; then target=$word; elif [ -z "$site" ]; then site=$word; else fail 'too many arguments; see --help' 2; fi ;;
  esac
done
target=${target%/} site=${site:-site}
case $target in
  '') fail 'TARGET is missing; name one, such as store:bucket (see --help)' 2 ;;
  *:) fail 'TARGET is a whole remote; name a bucket or folder in it, such as store:bucket' 2 ;;
  *:* | /* | ./* | ../*) ;;
  *) fail "TARGET $target has no colon; write $target:bucket for a remote, ./$target for a folder of this machine" 2 ;;
esac
for file in index.html 404.html robots.txt sitemap.xml; do
  [ -s "$site/$file" ] || fail "$site/ is not a finished site, since $file is missing; run make build"
done
command -v rclone >/dev/null || fail 'rclone is missing; apt install rclone, dnf install rclone or brew install rclone'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
again='no page at TARGET lacks its files; run the same command again to complete it'
trap 'fail "stopped, but $again"' INT TERM HUP PIPE
run() { # COMMAND ARGUMENT...: runs rclone
  rclone "$@" || fail "rclone $1 failed, with its message above, but $again"
}
take() { # STEP PATTERN: moves the names that match, with their compressed copies, from `left` to the list of STEP
  grep -E "($2)(\.gz|\.br)?$" "$work/left" >"$work/$1" || :
  grep -Ev "($2)(\.gz|\.br)?$" "$work/left" >"$work/rest" || :
  mv "$work/rest" "$work/left"
}
upload() { # STEP CACHE-CONTROL OPTION...: uploads the files of the list of STEP
  list=$work/$1 header="Cache-Control: $2"
  [ -s "$list" ] || return 0
  echo "$1: $(($(wc -l <"$list"))) files"
  shift 2
  run copy "$work/site" "$target" --files-from-raw "$list" --header-upload "$header" --fast-list "$@"
}

cp -Rp "$site/." "$work/site" # a build may replace site/ meanwhile
(cd "$work/site" && find . -type f) | sed 's|^\./||' | sort >"$work/left"
features=$(rclone backend features "$target") || fail 'rclone cannot use TARGET; its message is above'
case $features in
  *'"BucketBased": true'*) take copies '\.gz|\.br' ;; # object storage would never send one in place of its file
esac
cp "$work/left" "$work/site-files"
rclone lsf -R --files-only --fast-list "$target" >"$work/listing" 2>"$work/errors" ||
  [ $? = 3 ] || fail "rclone cannot list TARGET: $(tail -n 1 "$work/errors")" # 3: no such folder yet
sort "$work/listing" >"$work/there"

# As is_hashed in scripts/handvat/content/offline.py.
hashed='^assets/[^/]+\.[0-9a-f]{8}\.(css|js)'
take hashed "$hashed"
take offline-lists '^offline/[^/]+\.json'
take page-lists '(^|/)((sitemap|feed)\.(xml|json)|(llms|robots)\.txt)'
take search '^search/.*'
take html '\.html'
comm -23 "$work/html" "$work/there" >"$work/new-pages"
comm -12 "$work/html" "$work/there" >"$work/changed-pages"
mv "$work/left" "$work/others"

# .published at TARGET lists the hashed files of its release, and marks all that is there as published by this script.
{ echo '# deploy/publish.sh needs this list.' && cat "$work/hashed"; } >"$work/release"
if grep -qx '\.published' "$work/there"; then
  run cat "$target/.published" >"$work/previous"
elif [ -s "$work/there" ] && [ -z "$adopt" ]; then
  fail "TARGET holds other files ($(head -n 3 "$work/there" | paste -sd ' ' -) …); name an empty folder, or add --adopt to replace and delete them"
else
  head -n 1 "$work/release" >"$work/previous"
  run copyto "$work/previous" "$target/.published"
fi

# Hashed files first, since nothing links to the new ones yet. Pictures and the like before the pages with them. Pages,
# first those that others will link to. Search, which leads to pages. What leads to
# pages from elsewhere. Last the lists by which a device updates its copy: it trusts the checksums in them.
upload hashed 'public, max-age=31536000, immutable' --size-only ${adopt:+"$adopt"}
# Each time all of them: not every remote has checksums, and sizes would miss a corrected digit in a phone number.
for step in others new-pages changed-pages search page-lists offline-lists; do
  upload "$step" no-cache --ignore-times
done

# What is gone; but a page that is still open may request hashed files of the previous release.
cp "$work/there" "$work/left"
take stay "$hashed"
cmp -s "$work/release" "$work/previous" || cp "$work/previous" "$work/stay" # the same release again deletes none
echo .published | sort -u - "$work/site-files" "$work/stay" | comm -23 "$work/there" - >"$work/gone"
if [ -s "$work/gone" ]; then
  echo "gone: $(($(wc -l <"$work/gone"))) files"
  run delete "$target" --files-from-raw "$work/gone"
  run rmdirs "$target" --leave-root
fi
run copyto "$work/release" "$target/.published" --ignore-times
echo "publish: ${RCLONE_DRY_RUN:+that was the plan, nothing was }done"
