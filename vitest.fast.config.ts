import { defineConfig } from 'vitest/config';

/** What needs a build, starts processes or servers, cuts power, or simply takes long. `npm test` runs it. */
const SLOW = [
  'contract/{archives,destinations,framers,ports}.test.ts',
  'deploy/**',
  'devices/recognition/**',
  'devices/watch-app/**',
  'end-to-end/**',
  'failing-disk/**',
  'gateway/buffer/{disk-room,durable,model,quota,refused}.test.ts',
  'gateway/buffer/salvage/**',
  'gateway/cli/**',
  'gateway/console/page/{frames,outputs,page,scan}.test.ts',
  'gateway/codecs/{runner.test.ts,sandbox/**}',
  'gateway/console/{attacks,audit,console,frames,live,lockout,requests,sessions}.test.ts',
  'gateway/control/**',
  'gateway/destinations/archive/{postgres,sqlite}.test.ts',
  'gateway/destinations/city-os/**',
  'gateway/history/{archive,engines}.test.ts',
  'gateway/ports/feed/**',
  'gateway/ports/**/{basics-station,fetch-document,lorawan-udp,mqtt,serial,tcp,web}.test.ts',
  'gateway/destinations/ngsi/{entities,faults,newest-wins}.test.ts',
  'gateway/probe/**',
  'gateway/report/{page,tally}.test.ts',
  'house/contributing.test.ts',
  'lorawan-day/**',
  'power-cut/**',
  'protocol/**',
  'simulation/**',
  'simulators/city-os/**',
  'simulators/web-source/**',
  'torture/**',
  'watch-over-town/watch-over-town.test.ts',
].map((place) => `test/${place}`);

/** `npm run test:fast`: under 30 s on two cores, from the sources, without a build. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: SLOW,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    isolate: false,
  },
});
