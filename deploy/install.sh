#!/bin/sh
# Installs or renews the gateway on a systemd machine (Debian, Raspberry Pi OS), from a built checkout:
#
#   npm ci && sudo deploy/install.sh
#
# It can be run again at any time. It never touches an existing configuration or the buffer. It needs no network.
#   /opt/machimori          the program, replaced as a whole
#   /etc/machimori          gateway.toml and secrets, for root and the gateway, which writes what the console changes
#   /var/lib/machimori      the buffer, made by the service
#   /usr/local/bin          the command machimori
# With DESTDIR=folder it only lays the files out below that folder (for a package or an image).
set -eu
umask 022 # the gateway's user runs what is laid out

source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
destdir=${DESTDIR:-}
program=$destdir/opt/machimori
settings=$destdir/etc/machimori

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

[ -n "$destdir" ] || [ "$(id -u)" -eq 0 ] || fail 'it must run as root: sudo deploy/install.sh'
command -v node >/dev/null || fail 'there is no node; Node.js 20.19 or later is needed'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "node is $(node --version); 20.19 or later is needed"
if [ ! -f "$source/dist/gateway/main.js" ] || [ ! -d "$source/node_modules" ]; then
  fail "the checkout is not built; run in $source: npm ci"
fi

# The service's user.
if [ -z "$destdir" ]; then
  getent group machimori >/dev/null || groupadd --system machimori
fi
if [ -z "$destdir" ] && ! id machimori >/dev/null 2>&1; then
  useradd --system --gid machimori --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin machimori
fi

# The program: laid out beside the old one, then exchanged.
rm -rf "$program.new" "$program.old"
mkdir -p "$program.new"
for part in dist node_modules docs deploy package.json package-lock.json README.md LICENSE; do
  cp -R "$source/$part" "$program.new/$part"
done
(cd "$program.new" && npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
# npm keeps a compiler that one library may use but does not need, and SQLite's sources.
rm -rf "$program.new/node_modules/typescript" "$program.new/node_modules/@typescript"
rm -rf "$program.new/node_modules/better-sqlite3/deps" "$program.new/node_modules/better-sqlite3/src"
find "$program.new/node_modules/better-sqlite3/build" -type f ! -name better_sqlite3.node -delete
find "$program.new/node_modules" -type d -empty -delete
chmod -R go-w,a+rX "$program.new"
[ -n "$destdir" ] || chown -R root:root "$program.new"
if [ -d "$program" ]; then mv "$program" "$program.old"; fi
mv "$program.new" "$program"
rm -rf "$program.old"
mkdir -p "$destdir/usr/local/bin"
ln -sfn /opt/machimori/dist/gateway/main.js "$destdir/usr/local/bin/machimori"

# The configuration: only where there is none.
mkdir -p "$settings"
if [ ! -e "$settings/gateway.toml" ]; then
  node "$program/dist/gateway/main.js" config >"$settings/gateway.toml.new"
  sed -i 's|^data-directory = .*|data-directory = "/var/lib/machimori"|' "$settings/gateway.toml.new"
  mv "$settings/gateway.toml.new" "$settings/gateway.toml"
fi
chmod 2770 "$settings"
chmod 640 "$settings/gateway.toml"
[ -n "$destdir" ] || chown -R root:machimori "$settings"

# The service.
mkdir -p "$destdir/etc/systemd/system"
sed -e 's|/usr/bin/machimori|/usr/local/bin/machimori|' -e 's|/usr/share/doc/machimori|/opt/machimori|' \
  "$source/deploy/machimori.service" >"$destdir/etc/systemd/system/machimori.service"
chmod 644 "$destdir/etc/systemd/system/machimori.service"
if [ -n "$destdir" ]; then
  echo "Laid out below $destdir."
  exit 0
fi
if [ ! -d /run/systemd/system ]; then
  echo 'Installed. systemd is not running here, so the service was not enabled.'
  exit 0
fi
systemctl daemon-reload
systemctl enable machimori.service
if systemctl is-active --quiet machimori.service; then
  systemctl restart machimori.service
  echo 'Renewed and restarted. How it is: machimori status'
else
  echo 'Installed. Next:'
  echo '  1. sudo nano /etc/machimori/gateway.toml     (examples: /opt/machimori/deploy/examples)'
  echo '  2. sudo machimori check /etc/machimori/gateway.toml'
  echo '  3. sudo systemctl start machimori'
  echo '  4. machimori status'
fi
