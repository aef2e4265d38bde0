/**
 * `npm run package -- --arch amd64`: builds build/package/machimori_<version>_<architecture>.deb, for amd64, arm64 or armhf, on an amd64 Debian.
 *
 *   --quick          to try it: compressed in two seconds instead of a minute, and a third larger; SQLite as npm compiled it, where that serves
 *   --release-key    a public key (PEM) of those whose releases a box takes, as often as need be
 *
 * It needs dpkg-deb and, for another processor than this one's, Debian's compiler for it: g++-aarch64-linux-gnu or g++-arm-linux-gnueabihf.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readVersion } from '../../gateway/machine/release.ts';
import { repositoryRoot } from '../../test/repository-root.ts';
import { ARCHITECTURES, type Architecture } from './architectures.ts';
import { makeDebianPackage } from './debian-package.ts';
import { makeReleaseTree } from './release-tree.ts';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: 'amd64' },
    quick: { type: 'boolean', default: false },
    'release-key': { type: 'string', multiple: true, default: [] },
  },
});
if (!(values.arch in ARCHITECTURES))
  throw new Error(`--arch ${values.arch}: write one of ${Object.keys(ARCHITECTURES).join(', ')}`);
const architecture = values.arch as Architecture; // just looked up
const cache = join(repositoryRoot, 'build/package');
const [tree, stage] = [join(cache, `release-${architecture}`), join(cache, `stage-${architecture}`)];
const file = join(cache, `machimori_${readVersion()}_${architecture}.deb`);
await makeReleaseTree({ root: repositoryRoot, architecture, folder: tree, cache, isQuick: values.quick });
makeDebianPackage({
  ...{ root: repositoryRoot, architecture, tree, stage, file },
  compression: values.quick ? 'zstd' : 'xz',
  releaseKeys: values['release-key'],
});
console.log(file);
