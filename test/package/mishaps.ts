/** What goes wrong around a package: a power cut while it is configured, a user of that name, a removal and another installation. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianRoot } from './debian-root.ts';

const CONFIG = '/etc/machimori/gateway.toml';
const ASKED = '/tmp/systemctl-asked';
const WANTS = '/etc/systemd/system/multi-user.target.wants';
/** Commands of postinst before which it is killed: while the release is put, taken up, and the configuration made. */
const KILLED_AT = [9, 12, 15, 18];
/** Runs postinst by bash, which ends before its command number `$1`. */
const KILL = `set -T
count=0
trap 'count=$((count + 1)); [ $count -lt '$1' ] || kill -9 $$' DEBUG
set -- configure
. /tmp/postinst
`;

/** The package is not installed, and is not afterwards. `taken`: the package, in the root. Throws at the first thing that is not as it should be. */
export function liveThroughMishaps(debian: DebianRoot, taken: string, print: (line: string) => void): void {
  writeFileSync(join(debian.folder, 'tmp/kill'), KILL);
  debian.run('useradd', '--create-home', '--uid', '1500', 'machimori');
  for (const at of KILLED_AT) {
    debian.run('dpkg', '--unpack', taken);
    debian.run('sh', '-c', 'sed 1d /var/lib/dpkg/info/machimori.postinst >/tmp/postinst');
    debian.run('bash', '-c', `umask 077; bash /tmp/kill ${at} >/dev/null 2>&1; [ $? = 137 ] && dpkg --configure -a`);
    debian.run('setpriv', '--reuid=1500', '--regid=machimori', '--clear-groups', 'machimori', 'check', CONFIG);
    debian.run('dpkg', '--purge', 'machimori');
    assert.ok(!debian.has('/etc/machimori') && !debian.has('/var/lib/machimori-releases'));
  }
  assert.match(debian.read('/etc/passwd'), /^machimori:x:1500:/m);
  debian.run('userdel', '--remove', 'machimori');
  print(
    'killed at a step of its configuration, with a umask of 077, it is configured afterwards; a user whom it did not make outlives a purge',
  );

  debian.run('dpkg', '--install', taken);
  const systemd = join(debian.folder, 'run/systemd/system');
  const [systemctl, wants] = [join(debian.folder, 'usr/bin/systemctl'), join(debian.folder, WANTS)];
  for (const folder of [systemd, wants]) mkdirSync(folder, { recursive: true });
  writeFileSync(systemctl, `#!/bin/sh\necho "$@" >>${ASKED}\n`, { mode: 0o755 });
  symlinkSync('/lib/systemd/system/machimori.service', join(wants, 'machimori.service'));
  debian.run('dpkg', '--remove', 'machimori');
  assert.match(debian.read(ASKED), /^stop machimori\.service /m);
  debian.run('dpkg', '--install', taken);
  assert.match(debian.read(ASKED), /start machimori\.service$/m);
  debian.run('dpkg', '--purge', 'machimori');
  debian.run('test', '!', '-L', `${WANTS}/machimori.service`);
  for (const path of [systemd, systemctl]) rmSync(path, { recursive: true });
  print('a gateway that was enabled when the package was removed starts when it is installed again');
}
