import { defineConfig } from 'vitest/config';

/** What needs a build, starts processes or servers, cuts power, or simply takes long. */
const SLOW = [
  'contract/{archives,destinations,framers,ports,tags}.test.ts',
  'deploy/**',
  'devices/recognition/**',
  'devices/watch-app/**',
  'end-to-end/**',
  'failing-disk/**',
  'gateway/{alarm-schedule,ordered-update,reconfigure,supervise}.test.ts',
  'gateway/buffer/{disk-room,durable,model,quota,readable,refused}.test.ts',
  'gateway/buffer/salvage/**',
  'gateway/cli/**',
  'gateway/commission/**',
  'gateway/console/page/{commission,configuration,frames,map,orders,outputs,page,scan,walk}.test.ts',
  'gateway/codecs/{runner.test.ts,sandbox/**}',
  'gateway/console/{attacks,audit,console,frames,live,lockout,requests,sessions}.test.ts',
  'gateway/control/**',
  'gateway/destinations/archive/**',
  'gateway/destinations/city-os/**',
  'gateway/destinations/tags/enrolment.test.ts',
  'gateway/history/{archive,engines}.test.ts',
  'gateway/lorawan/roll-back.test.ts',
  'gateway/net/reach.test.ts',
  'gateway/outputs/outputs.test.ts',
  'gateway/ports/archive/**',
  'gateway/ports/feed/**',
  'gateway/ports/**/{basics-station,existing-broker,fetch-document,lorawan-udp,mqtt,serial,tcp,web}.test.ts',
  'gateway/destinations/ngsi/{entities,faults,newest-wins}.test.ts',
  'gateway/probe/**',
  'gateway/report/{page,tally}.test.ts',
  'gateway/rig/**',
  'gateway/status/server.test.ts',
  'house/contributing.test.ts',
  'hub-load/**',
  'lorawan-day/**',
  'power-cut/**',
  'privacy/**',
  'protocol/**',
  'simulation/**',
  'simulators/city-os/**',
  'simulators/rig/**',
  'simulators/web-source/**',
  'torture/**',
  'watch-over-town/watch-over-town.test.ts',
].map((place) => `test/${place}`);

const NEVER = ['dist/**', 'build/**', 'node_modules/**'];
/** Generous: they tell what hangs from what is slow, on a machine that is busy too. */
const times = { testTimeout: 60_000, hookTimeout: 120_000 };

/** `npm test` runs both; `npm run test:fast` the first, from the sources, without a build. */
export default defineConfig({
  test: {
    maxWorkers: 3, // many wait for a process, a page or a timer: two of them leave two cores half idle
    projects: [
      {
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [...NEVER, ...SLOW], isolate: false, ...times },
      },
      {
        test: { name: 'slow', include: SLOW.map(testsIn), exclude: NEVER, globalSetup: ['test/build.ts'], ...times },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'devices/**/*.ts', 'gateway/**/*.ts', 'simulators/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});

/** The test files of a place: a folder's, or those that it names. */
function testsIn(place: string): string {
  return place.endsWith('/**') ? `${place}/*.test.ts` : place.replace('/**}', '/**/*.test.ts}');
}
