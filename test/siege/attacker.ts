/**
 * The process of one attack: its name, seed and target come as arguments, its tally goes to the parent. It stands for another
 * machine, so it yields the processor to the gateway and to what measures it.
 */
import { setMaxListeners } from 'node:events';
import { setPriority } from 'node:os';
import { Random } from '../../simulators/random.ts';
import type { Tally, Target } from './attack.ts';
import { ATTACKS } from './attacks.ts';

const niceness = 10;
const reportEveryMs = 200;

const [name, seed, target] = process.argv.slice(2);
const attack = ATTACKS.find((each) => each.name === name);
if (attack === undefined || target === undefined) throw new Error(`there is no attack ${name}`);
setPriority(niceness);
const stop = new AbortController();
setMaxListeners(0, stop.signal); // every connection listens
for (const event of ['disconnect', 'SIGTERM'] as const) process.once(event, () => stop.abort());
const tally: Tally = { connections: 0, bytes: 0, turnedAway: 0 };
const reporting = setInterval(() => process.connected && process.send?.(tally), reportEveryMs);
await attack.run({
  target: JSON.parse(target) as Target, // by siege-run.ts
  random: new Random(Number(seed)),
  tally,
  signal: stop.signal,
});
clearInterval(reporting);
process.exit(0);
