/** What systemd says of the unit. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** 0 is best, 10 is worst. */
const MAX_EXPOSURE = 2.5;

/** `folder`: where a copy may be written that starts `program`, since the package is not installed here. Returns the exposure. */
export function judgeUnit(unit: string, program: string, folder: string): number {
  const copy = join(folder, 'machimori.service');
  writeFileSync(
    copy,
    readFileSync(unit, 'utf8')
      .replace('=/usr/bin/machimori ', `=${program} `)
      .replace('/usr/lib/machimori/releases', join(dirname(unit), 'box/releases'))
      .replace(/^Documentation=.*$/m, ''),
  );
  execFileSync('systemd-analyze', ['verify', '--man=no', copy], { stdio: 'inherit' });
  const said = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', copy], {
    encoding: 'utf8',
  });
  const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
  assert.ok(exposure <= MAX_EXPOSURE, `the unit's exposure is ${exposure}`);
  return exposure;
}
