#!/bin/sh
# Install Debian packages that are missing; where that is not possible, say in one line how to.
set -eu

present() {
  case "$1" in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    fonts-noto-cjk) command -v fc-list && fc-list :lang=zh family | grep -q . ;;
    python3-venv) python3 -c 'import ensurepip' ;;
  esac >/dev/null 2>&1
}

missing=""
for package in "$@"; do
  present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null 2>&1 || {
  echo "Please install with your system's package manager / 请用系统的包管理器安装:$missing" >&2
  exit 1
}
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || {
    echo "Please run / 请运行: sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
  }
  as_root="sudo"
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
