import { defineConfig } from 'vitest/config';

/** What needs a build, starts processes or servers, cuts power, or simply takes long. `npm test` runs it. */
const SLOW = [
  'contract/{destinations,framers,ports}.test.ts',
  'deploy/**',
  'end-to-end/**',
  'failing-disk/**',
  'gateway/buffer/{disk-room,durable,model,quota,refused}.test.ts',
  'gateway/buffer/salvage/**',
  'gateway/cli/**',
  'gateway/codecs/{runner.test.ts,sandbox/**}',
  'gateway/control/**',
  'gateway/destinations/city-os/**',
  'gateway/destinations/ngsi/{entities,faults,newest-wins}.test.ts',
  'gateway/ports/**/{basics-station,lorawan-udp,mqtt,serial,tcp}.test.ts',
  'house/contributing.test.ts',
  'lorawan-day/**',
  'power-cut/**',
  'protocol/**',
  'simulation/**',
  'simulators/city-os/**',
  'torture/**',
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
