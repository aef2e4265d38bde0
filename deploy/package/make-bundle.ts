/** `npm run bundle`: the bundle of this checkout for this machine and its Node.js, in build/bundle. Start it with: node build/bundle/main.js */
import { join } from 'node:path';
import { repositoryRoot } from '../../test/repository-root.ts';
import { bundle } from './bundle.ts';
import { installedModules, type Processor } from './native-modules.ts';

const folder = join(repositoryRoot, 'build/bundle');
const processor = process.arch as Processor; // on another, esbuild names the module that is missing
await bundle({ root: repositoryRoot, folder, native: installedModules(repositoryRoot, processor) });
console.log(`${folder}/main.js`);
