/** Releases on a clean Debian: one that works is confirmed, those that do not are taken back, and no reading is lost by it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { FeedCity } from '../../gateway/rig/feed-city.ts';
import { BoxUnits, SCRIPT } from './box-units.ts';
import type { DebianRoot } from './debian-root.ts';
import { publish, READINGS, stored, until } from './gauge.ts';
import { makeVariant, replace } from './variant.ts';

interface Upgrading {
  /** The release that is installed. */
  readonly tree: string;
  /** Where its gateway listens. */
  readonly port: number;
  readonly city: FeedCity;
  print(line: string): void;
}

export async function upgrade(debian: DebianRoot, { tree, port, city, print }: Upgrading): Promise<void> {
  const service = new BoxUnits(debian, { isNew: false, followsPaths: false });
  let sent = stored(city);
  const more = async () => {
    await publish(port, sent);
    sent += READINGS;
    await until(() => stored(city) === sent);
  };
  const current = () => debian.run('readlink', '/var/lib/machimori-releases/current').trim();
  const last = () => debian.read('/var/lib/machimori-releases/last');
  const take = async (version: string, spoil?: (app: string) => void) => {
    const path = `/tmp/release-${version}`;
    makeVariant({ tree, folder: join(debian.folder, path), version, spoil });
    assert.equal(debian.run(SCRIPT, 'put', path).trim(), version);
    await service.restartedBy(() => debian.run(SCRIPT, 'take-up', version));
  };
  const judge = () => service.judge();
  try {
    const before = current();
    await more();
    await take('0.9.1');
    const judged = judge();
    await more();
    await judged;
    assert.equal(current(), '0.9.1');
    assert.match(last(), /outcome=confirmed/);
    assert.match(debian.run('machimori', 'release', 'list'), /0\.9\.1 +runs/);
    print(`an upgrade from ${before} is confirmed once a receipt has come`);

    await take('0.9.2', (app) => replace(join(app, 'main.js'), 'process.exit(1);'));
    await until(() => current() === '0.9.1');
    assert.match(last(), /why=starts/);
    await more();
    print('a release that ends as it starts is taken back before its sixth start');

    await take('0.9.3', (app) => replace(join(app, 'main.js'), 'setInterval(() => {}, 1_000);'));
    const { starts } = service;
    await judge();
    await until(() => service.starts > starts);
    assert.equal(current(), '0.9.1');
    assert.match(last(), /why=time/);
    await more();
    print('a release that does nothing is taken back when its time is over');

    await take('0.9.4');
    await service.powerCut();
    const again = judge();
    await more();
    await again;
    assert.equal(current(), '0.9.4');
    print('a power cut in the middle of a trial does not end it');

    await service.restartedBy(() => debian.run(SCRIPT, 'take-up', '0.9.1'));
    const back = judge();
    await more();
    await back;
    assert.equal(current(), '0.9.1');
    print('the release before is taken up by hand');
    assert.equal(city.duplicates(), 0);
  } finally {
    await service.stop();
  }
}
